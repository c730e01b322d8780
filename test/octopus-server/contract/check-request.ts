import type { Exchange } from "../exchanges.ts";
import { checkValue, type Problem } from "./check-value.ts";
import { findEndpoint, type Contract, type Endpoint } from "./read-contract.ts";
import type { Shape } from "./shape.ts";

/** One thing that a request has otherwise than the contract tells. */
export interface Breach {
  /** Method and route, as the contract writes them; ids are left out of a route that it does not have. */
  endpoint: string;
  /** `route`, `query skip`, `body Steps[].Name`. */
  at: string;
  problem: string;
}

/** Holds a request against the contract: its route, the parameters of its query, the fields of its body. */
export function checkRequest(
  contract: Contract,
  { method, url, body }: Pick<Exchange, "method" | "url" | "body">,
): Breach[] {
  const found = findEndpoint(contract, method, url.pathname);
  if (found === undefined)
    return [{ endpoint: `${method} ${withoutIds(url.pathname)}`, at: "route", problem: "is not documented" }];
  const { endpoint } = found;
  const told = (at: string, problems: readonly Problem[]): Breach[] =>
    problems.map((problem) => ({
      endpoint: `${endpoint.method} ${endpoint.path}`,
      at: `${at} ${problem.path}`.trim(),
      problem: tell(problem),
    }));
  return [
    ...told("query", checkQuery(contract, endpoint, url.searchParams)),
    ...told("body", checkBody(contract, endpoint, body)),
  ];
}

function checkBody(contract: Contract, { area, body: shape }: Endpoint, body: unknown): Problem[] {
  if (shape === undefined) return body === undefined ? [] : [{ path: "", problem: "unknown" }];
  if (body === undefined) return [{ path: "", problem: "missing" }];
  return checkValue(contract, area, shape, body, { direction: "request" });
}

function checkQuery(contract: Contract, { area, query }: Endpoint, asked: URLSearchParams): Problem[] {
  const fields = Object.entries(query).map(
    ([name, parameter]) => [name, isOfPage(name) ? { ...parameter, required: true } : parameter] as const,
  );
  const shape: Shape = { type: "object", fields: { ...Object.fromEntries(fields), ...nothingElse } };
  const value = [...new Set(asked.keys())].map(
    (name) => [name, readParameter(query[name], asked.getAll(name))] as const,
  );
  return checkValue(contract, area, shape, Object.fromEntries(value), { direction: "request" });
}

/** How many a list gives when nobody says is another number from list to list: requests say it. */
function isOfPage(name: string): boolean {
  return name === "skip" || name === "take";
}

/** A shape without fields would take anything, and an endpoint without parameters takes none. */
const nothingElse = { "": { type: "any" } };

/** The value that a parameter's texts stand for; a list may be given with commas (Octopus docs, "ids"). */
function readParameter(shape: Shape | undefined, texts: readonly string[]): unknown {
  if (shape?.type === "array")
    return texts.flatMap((text) => text.split(",")).map((text) => readText(shape.items, text));
  return texts.length === 1 ? readText(shape, texts[0] ?? "") : texts;
}

function readText(shape: Shape | undefined, text: string): unknown {
  if (shape?.type === "boolean" && /^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  if ((shape?.type === "integer" || shape?.type === "number") && text.trim() !== "") return Number(text);
  return text;
}

function tell({ problem, expected }: Problem): string {
  if (problem === "unknown") return "is not documented";
  if (problem === "missing") return "is missing";
  return problem === "type" ? `is no ${expected}` : `is none of ${expected}`;
}

function withoutIds(pathname: string): string {
  const isId = (segment: string): boolean => /^[a-z]+-\d+$/i.test(segment) || segment.includes("%");
  return pathname
    .split("/")
    .map((segment) => (/^spaces-\d+$/i.test(segment) ? "{spaceId}" : isId(segment) ? "{id}" : segment))
    .join("/");
}
