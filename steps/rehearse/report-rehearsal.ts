import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  listCauseLines,
  listFileLines,
  listKeptLines,
  namePackage,
  summarizeRehearsal,
} from "../../lib/fleet/describe-rehearsal.ts";
import type { Rehearsal } from "../../lib/fleet/rehearsal.ts";
import { renderRehearsal } from "../../lib/fleet/render-rehearsal.ts";
import type { StepContext } from "../../lib/step/define-step.ts";
import { ConflictError } from "../../lib/step/errors.ts";

type Output =
  | "Changed"
  | "Unchanged"
  | "Refused"
  | "Unknown"
  | "Kept"
  | "Conflicts"
  | "FileConflicts"
  | "Causes"
  | "Report";

type Run = Pick<StepContext<unknown, Output>, "log" | "setOutput" | "attach" | "workingDirectory">;

/** Tells it in the log, as outputs, as a page and as JSON. @param secrets - what no page may show */
export async function reportRehearsal(
  rehearsal: Rehearsal,
  { secrets, failWhenRefused }: { secrets: readonly string[]; failWhenRefused: boolean },
  run: Run,
): Promise<void> {
  const { log, setOutput } = run;
  const [causes, kept, files] = [listCauseLines(rehearsal), listKeptLines(rehearsal), listFileLines(rehearsal)];
  for (const line of causes) log.warn(line);
  for (const line of kept) log.info(line);
  for (const { text, isGood } of files) log[isGood ? "info" : "warn"](text);
  for (const note of rehearsal.notes) log.info(note);
  const { changed, unchanged, refused, unknown, conflicts } = rehearsal.counts;
  setOutput("Changed", String(changed));
  setOutput("Unchanged", String(unchanged));
  setOutput("Refused", String(refused));
  setOutput("Unknown", String(unknown));
  setOutput("Kept", String(rehearsal.counts.kept));
  setOutput("Conflicts", String(conflicts));
  setOutput("FileConflicts", String(rehearsal.counts.files?.conflicts ?? 0));
  setOutput("Causes", JSON.stringify(rehearsal.causes));
  setOutput("Report", [summarizeRehearsal(rehearsal), ...causes, ...kept, ...files.map(({ text }) => text)].join("\n"));
  await attachBoth(rehearsal, secrets, run);
  log.verbose(`${rehearsal.cost.requests} requests to Octopus`);
  log.highlight(summarizeRehearsal(rehearsal));
  const [first] = causes;
  if (failWhenRefused && refused > 0)
    throw new ConflictError(
      `The rehearsal of ${namePackage(rehearsal)} found ${refused === 1 ? "a copy" : `${refused} copies`} that would refuse it. ${first ?? ""}`,
    );
}

async function attachBoth(
  rehearsal: Rehearsal,
  secrets: readonly string[],
  { attach, workingDirectory }: Run,
): Promise<void> {
  const name = `Rehearsal of ${namePackage(rehearsal).replaceAll('"', "")}`;
  const page = join(workingDirectory, "rehearsal.html");
  await writeFile(page, renderRehearsal(rehearsal, { secrets }));
  attach(page, `${name}.html`);
  const json = join(workingDirectory, "rehearsal.json");
  await writeFile(json, `${JSON.stringify(rehearsal, null, 2)}\n`);
  attach(json, `${name}.json`);
}
