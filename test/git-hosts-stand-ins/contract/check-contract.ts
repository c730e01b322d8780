import { checkValue, type Problem } from "../../octopus-server/contract/check-value.ts";
import type { Shape } from "../../octopus-server/contract/shape.ts";
import type { HostExchange } from "./host-exchanges.ts";
import type { HostContract, HostEndpoint } from "./read-host-contracts.ts";

/**
 * Holds a request to a Git host, and the host's answer, against the description that the host's maker gives: the route, the
 * parameters of the query, the fields of the body, those that are required, and the status and fields of an answer that is no refusal.
 * @returns a sentence for each difference
 */
export function checkContract(contract: HostContract, exchange: HostExchange): string[] {
  const { method, path, content, query, answer } = exchange;
  const endpoint = findEndpoint(contract, method, path);
  if (endpoint === undefined) return [`${method} ${path}: the route is not documented`];
  const route = `${method} ${endpoint.path}`;
  const lacked = contract.lackedElsewhere.has(route) ? ["the route is lacking in another edition"] : [];
  const problems = [
    ...lacked,
    ...checkQuery(endpoint, query).map((problem) => tell("query", problem)),
    ...checkBody(endpoint, content).map((problem) => tell("body", problem)),
    ...(answer === undefined || answer.status >= 300 ? [] : checkAnswer(contract, endpoint, answer)),
  ];
  return problems.map((problem) => `${route}: ${problem}`);
}

/** The endpoint that serves a path: names are compared with case, and the most literal one wins. */
export function findEndpoint({ endpoints }: HostContract, method: string, path: string): HostEndpoint | undefined {
  return endpoints
    .filter((endpoint) => endpoint.method === method && toPattern(endpoint.path).test(path))
    .toSorted((a, b) => countOpen(a) - countOpen(b))[0];
}

/** One segment for each parameter; but the name of a ref and the path of a file may have several (GitHub's, and Bitbucket's `name` of a branch). */
function toPattern(path: string): RegExp {
  const literal = path.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  const open = literal.replaceAll(/\{(\w+)\}/g, (_, name: string) => (severalSegments.has(name) ? ".+" : "[^/]+"));
  return new RegExp(`^${open}$`);
}

const severalSegments = new Set(["ref", "name", "path", "filepath"]);

function countOpen({ path }: HostEndpoint): number {
  return path.split("{").length;
}

function checkQuery({ query }: HostEndpoint, asked: URLSearchParams): Problem[] {
  const values = [...new Set(asked.keys())].map(
    (name) => [name, readParameter(query[name], asked.getAll(name))] as const,
  );
  // A shape without fields would take anything, and an endpoint without parameters takes none.
  const shape: Shape = { type: "object", fields: { ...query, "": { type: "any" } } };
  return checkShape(shape, Object.fromEntries(values));
}

function readParameter(shape: Shape | undefined, texts: readonly string[]): unknown {
  if (shape?.type === "array") return texts.map((text) => readText(shape.items, text));
  return texts.length === 1 ? readText(shape, texts[0] ?? "") : texts;
}

function readText(shape: Shape | undefined, text: string): unknown {
  if (shape?.type === "boolean" && /^(true|false)$/.test(text)) return text === "true";
  return (shape?.type === "integer" || shape?.type === "number") && text.trim() !== "" ? Number(text) : text;
}

function checkBody({ body }: HostEndpoint, content: unknown): Problem[] {
  if (body === undefined) return isNothing(content) ? [] : [{ path: "", problem: "unknown" }];
  return checkShape(body, content ?? {});
}

function isNothing(content: unknown): boolean {
  return content === undefined || (typeof content === "object" && Object.keys(content ?? {}).length === 0);
}

/** The data names no types. */
const noTypes = { areas: {}, addresses: new Map() };

function checkShape(shape: Shape, value: unknown): Problem[] {
  return checkValue(noTypes, "", shape, value, { direction: "request" });
}

function checkAnswer(
  { listField }: HostContract,
  { status: documented, answer }: HostEndpoint,
  { status, body }: { status: number; body?: unknown },
): string[] {
  const otherStatus = documented.includes(status) ? [] : [`the answer's status ${status} is not documented`];
  if (answer === undefined) return otherStatus;
  if (!("list" in answer)) return [...otherStatus, ...checkFields(answer, body)];
  // Gitea has `null` for some lists without items.
  const list = (listField === undefined ? body : fieldOf(body, listField)) ?? [];
  if (!Array.isArray(list)) return [...otherStatus, "the answer is no list"];
  return [...otherStatus, ...list.flatMap((item: unknown) => checkFields(answer.list, item))];
}

function fieldOf(body: unknown, name: string): unknown {
  return new Map(Object.entries(body ?? {})).get(name);
}

function checkFields(documented: readonly string[], value: unknown): string[] {
  return Object.keys(value ?? {})
    .filter((name) => !documented.includes(name))
    .map((name) => `the answer's field ${name} is not documented`);
}

function tell(where: string, { path, problem, expected }: Problem): string {
  const at = `${where} ${path}`.trim();
  if (problem === "unknown") return `${at} is not documented`;
  if (problem === "missing") return `${at} is missing`;
  return problem === "type" ? `${at} is no ${expected}` : `${at} is none of ${expected}`;
}
