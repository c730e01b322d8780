import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { contract } from "../../published-contract.ts";
import { answerExceptions, findAnswerException, undocumentedRoutes } from "../contract/answer-exceptions.ts";
import { checkAnswer, type AnswerBreach } from "../contract/check-answer.ts";
import type { Contract } from "../contract/read-contract.ts";
import { nameOfRoute, walkAllRoutes, type Walk } from "./contract-walk.ts";

/** The reference is that of the newest servers. */
const newest = "2026.4";

/**
 * Only a token of an identity provider is exchanged for another one: see the tests of service accounts. A connection to GitHub is one
 * with an account there: see the tests of Deploy Space.
 */
const notAsked = [
  "POST /api/{space}/github/connections",
  "GET /api/{space}/github/connections/{id}",
  "POST /api/token/v1",
];

test("each route of a new server answers as Octopus's API reference says, or an exception tells who knows better", async ({
  skip,
}) => {
  if (contract === undefined) return skip("OCTOPUS_API_CONTRACT does not name the data of the reference.");
  const walk = await walkAllRoutes(newest);
  const known = new Set(Object.values(undocumentedRoutes).flat());

  const { breaches, patterns } = holdAgainst(contract, walk, known);

  expect(walk.unasked).toEqual(notAsked);
  expect([...breaches].toSorted()).toEqual([]);
  expect(answerExceptions.flatMap(({ at }) => at).filter((pattern) => !patterns.has(pattern))).toEqual([]);
  expect(readFileSync(new URL("../CONFORMANCE.md", import.meta.url), "utf8")).toContain(figures(walk, known));
});

interface Findings {
  /** Each once, with one of the routes that answered so. */
  breaches: Set<string>;
  /** Of the exceptions that some answer fell under. */
  patterns: Set<string>;
}

function holdAgainst(published: Contract, { exchanges }: Walk, known: ReadonlySet<string>): Findings {
  const breaches = new Map<string, string>();
  const patterns = new Set<string>();
  for (const { route, ...exchange } of exchanges.filter((one) => !known.has(nameOfRoute(one.route))))
    for (const breach of checkAnswer(published, exchange)) {
      const pattern = findAnswerException(breach);
      if (pattern !== undefined) patterns.add(pattern);
      else breaches.set(tell(breach), nameOfRoute(route));
    }
  return { breaches: new Set([...breaches].map(([breach, route]) => `${breach} (${route})`)), patterns };
}

function tell({ at, problem, expected }: AnswerBreach): string {
  return `${at}: ${problem}${expected === undefined ? "" : ` ${expected}`}`;
}

function figures({ exchanges, unasked }: Walk, known: ReadonlySet<string>): string {
  const asked = new Set(exchanges.map(({ route }) => nameOfRoute(route)));
  const count = (reason: string): number =>
    answerExceptions.filter((exception) => exception.reason === reason).flatMap(({ at }) => at).length;
  const own = [...asked].filter((name) => known.has(name)).length;
  return [
    `| routes that a server of ${newest} has | ${asked.size + unasked.length} |`,
    `| of these in the reference, and held against it | ${asked.size - own} |`,
    `| known from clients or other pages alone | ${own} |`,
    `| exceptions: fields of variants, which the reference does not list | ${count("variant")} |`,
    `| exceptions: what clients read from servers all the same | ${count("client")} |`,
    `| exceptions: another form of a value | ${count("form")} |`,
  ].join("\n");
}
