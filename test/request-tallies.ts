import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import * as z from "zod";
import { tellBreach, type ObservedRequests } from "./octopus-server/contract/observe-requests.ts";
import { requestExceptions } from "./octopus-server/contract/request-exceptions.ts";

const Tally = z.object({
  file: z.string(),
  count: z.number(),
  endpoints: z.array(z.string()),
  exceptions: z.array(z.string()),
});

/** Test files run in several processes: what each counted lies in the run's scratch directory. */
function talliesFolder(): string {
  return join(tmpdir(), "request-tallies");
}

/** @param file - the test file */
export function leaveTally(file: string, { count, endpoints, exceptions }: ObservedRequests): void {
  const tally: z.input<typeof Tally> = {
    file,
    count,
    endpoints: [...endpoints],
    exceptions: [...exceptions].map(tellBreach),
  };
  mkdirSync(talliesFolder(), { recursive: true });
  writeFileSync(join(talliesFolder(), `${randomUUID()}.json`), JSON.stringify(tally));
}

/** @returns what ends the run: it says how many requests were held against the contract, and whether an exception is of no use any more */
export function setup({ config }: TestProject): () => void {
  return () => {
    if (!existsSync(talliesFolder())) return;
    const tallies = readdirSync(talliesFolder()).map((name) =>
      Tally.parse(JSON.parse(readFileSync(join(talliesFolder(), name), "utf8"))),
    );
    const count = tallies.reduce((sum, tally) => sum + tally.count, 0);
    const endpoints = new Set(tallies.flatMap((tally) => tally.endpoints));
    console.log(
      `${count} requests of the product to ${endpoints.size} endpoints are held against Octopus's API reference.`,
    );
    const isWhole = config.testNamePattern === undefined && isEveryFile(config.root, tallies);
    if (isWhole) refuseStale(new Set(tallies.flatMap((tally) => tally.exceptions)));
  };
}

function isEveryFile(root: string, tallies: readonly { file: string }[]): boolean {
  const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" });
  const ran = new Set(tallies.map(({ file }) => file));
  return files.every((file) => !file.endsWith(".test.ts") || ran.has(join(root, "test", file)));
}

function refuseStale(used: ReadonlySet<string>): void {
  const stale = requestExceptions.map(tellBreach).filter((exception) => !used.has(exception));
  if (stale.length > 0)
    throw new Error(
      `No request of any test falls under these exceptions. Take them out of test/octopus-server/contract/request-exceptions.ts.\n${stale.join("\n")}`,
    );
}
