import { checkValue, type Problem } from "./check-value.ts";
import { findEndpoint, type Area, type Contract, type Endpoint } from "./read-contract.ts";
import type { Shape } from "./shape.ts";

/** A request that was answered. */
export interface Answered {
  method: string;
  /** Without the query. */
  path: string;
  status: number;
  /** As JSON; other content as text. */
  body: unknown;
}

/** How an answer is otherwise than the contract has it. */
export interface AnswerBreach {
  /** `Project.Icon` of a type of the contract; `GET /api/{spaceId}/tenants/status Enabled` where an answer has no type. */
  at: string;
  problem: Problem["problem"] | "status" | "undocumented";
  expected?: string;
}

/** What every resource may have: links, which clients of today do without, and who changed it when, which is not kept here. */
const ofEveryResource = new Set(["Links", "LastModifiedOn", "LastModifiedBy"]);

/** Holds the answer to a request that succeeded against the contract, which does not tell what an error looks like. */
export function checkAnswer(contract: Contract, { method, path, status, body }: Answered): AnswerBreach[] {
  const found = findEndpoint(contract, method, path);
  if (found === undefined) return [{ at: `${method} ${path}`, problem: "undocumented" }];
  const { endpoint } = found;
  const otherStatus: AnswerBreach = {
    at: nameOf(endpoint),
    problem: "status",
    expected: `${endpoint.status.join(", ")}, and it is ${status}`,
  };
  return [...(endpoint.status.includes(status) ? [] : [otherStatus]), ...checkBody(contract, endpoint, body)];
}

function nameOf({ method, path }: Endpoint): string {
  return `${method} ${path}`;
}

function checkBody(contract: Contract, endpoint: Endpoint, body: unknown): AnswerBreach[] {
  const { area, answer } = endpoint;
  if (answer === "none" || answer === "binary") return [];
  const types = contract.areas[area]?.types ?? {};
  return checkValue(contract, area, answer, body, { direction: "answer" })
    .filter(({ path }) => !ofEveryResource.has(path.split(".").at(-1) ?? ""))
    .map(({ path, ...problem }) => ({ ...problem, at: placeOf(path, { endpoint, types, answer }) }));
}

/** The path as it reads from the innermost type of the contract that it goes through, so that a type's exceptions are told once. */
function placeOf(path: string, { endpoint, types, answer }: Told): string {
  let place = nameOf(endpoint);
  let separator = " ";
  let shape: Shape | undefined = answer;
  for (const step of path.split(".")) {
    const [name = "", ...lists] = step.split("[]");
    if (name !== "") {
      const type = types[shape?.type ?? ""];
      if (type !== undefined) place = shape?.type ?? "";
      if (type !== undefined) separator = ".";
      const fields: Readonly<Record<string, Shape>> = type ?? shape?.fields ?? {};
      shape = fields[name] ?? fields["*"];
    }
    place += separator + step;
    separator = ".";
    for (const _ of lists) shape = shape?.items;
  }
  return place;
}

interface Told {
  endpoint: Endpoint;
  types: Area["types"];
  answer: Shape;
}
