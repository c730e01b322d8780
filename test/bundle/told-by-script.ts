import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import * as z from "zod";
import type { ScriptResult } from "./worker.ts";

const echo = z.looseObject({
  title: z.string().optional(),
  answers: z.array(z.tuple([z.string(), z.string().nullable()])),
});

/** What the fixture's step wrote down of what it was given. */
export function readEcho({ directory }: ScriptResult): z.output<typeof echo> {
  return echo.parse(JSON.parse(readFileSync(join(directory, "echo.json"), "utf8")));
}

/** The sentence that Octopus shows of a script that failed. */
export function resultMessage({ messages }: ScriptResult): string | undefined {
  return messages.find(({ name }) => name === "resultMessage")?.attributes["message"];
}

/** A program of this machine's. @throws where it is not there, which no test can do without */
export function findProgram(name: string): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const folder = folders.find((candidate) => existsSync(join(candidate, name)));
  if (folder === undefined) throw new Error(`This test needs "${name}".`);
  return join(folder, name);
}
