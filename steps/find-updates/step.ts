import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeScope, listSecrets, lookingParameters } from "../../lib/copies/copy-parameters.ts";
import {
  countBehind,
  describeBehind,
  describeWarnings,
  describeEdits,
  statusOf,
  summarizeStatuses,
  worstStatus,
} from "../../lib/copies/describe-update.ts";
import type { CopyUpdate } from "../../lib/copies/find-updates.ts";
import { renderTable } from "../../lib/copies/render-table.ts";
import type { UpdatesPageOptions } from "../../lib/copies/render-updates.ts";
import { rootKindOf } from "../../lib/receipts/receipt.ts";
import { loadDuring, readAhead } from "../../lib/step/read-ahead.ts";
import { openSpaces } from "../../lib/copies/open-spaces.ts";
import { defineStep, type StepLog } from "../../lib/step/define-step.ts";
import { during, lowerFirst, StepError } from "../../lib/step/errors.ts";

export const step = defineStep({
  id: "b7e42d58-1c3f-4d86-9d0a-7f35c8e61a08",
  name: "Managed Spaces - Find Updates",
  version: 1,
  prefix: "FindUpdates",
  description:
    "Tells how the copies in a managed space stand to what they were made of: how far they are behind, what people changed there, and what would be in conflict. Works for projects in Git and in the database, for packages of spaces and of what is in them, for runbooks and for baselines, and changes nothing.",

  parameters: { ...lookingParameters() },

  outputs: {
    Status:
      "`Up to date`, `Can be merged` (in Git), `Can be deployed` (in the database), `Gone`, `Conflicts`, `Unrelated`, `Broken` or `Failed`, and `No copy` where there is none; of several copies, that of the one that needs attention most.",
    Behind: "By how many commits or package versions the copies are behind, at most.",
    Conflicts: "What is in conflict, as JSON: a list with the `copy`, and its `files` or `changes`.",
    Copies: "Every copy with its status, as JSON.",
  },

  examples: [
    { title: "The copies in the space of the tenant", parameters: {} },
    { title: "One copy", parameters: { copy: "Hello World" } },
    { title: "All that was deployed to the space", parameters: { copies: "all" } },
  ],

  async run({ input, log, setOutput, attach, mask, workingDirectory, signal, readVariable }) {
    const opening = readAhead(openSpaces(input, { log, mask, signal, readVariable }));
    const later = await loadDuring(opening, () => import("./later.ts"));
    const run = { opening, openHost: later.openHostAccess, log, mask, workingDirectory, signal };
    const { open, all } = await during(`find updates of ${describeScope(input)}`, () =>
      later.withCopyViewers(input, run, async (_, viewer) => (await viewer.findAll()).map((one) => ({ found: one }))),
    );
    const found = all.map((one) => one.found);
    const scope = { scope: open.scope, space: open.managed.name };

    report(found, { log, tellsOrigin: open.scope === "" });
    const page = join(workingDirectory, "updates.html");
    await writeFile(page, later.renderUpdates(found, { ...scope, secrets: listSecrets(input) }));
    attach(page, later.nameUpdatesPage(scope));
    setOutput("Status", worstStatus(found));
    setOutput("Behind", String(Math.max(0, ...found.map(countBehind))));
    setOutput("Conflicts", JSON.stringify(found.flatMap(toConflicts)));
    setOutput("Copies", JSON.stringify(found.map(toRow)));
    log.verbose(`${open.countRequests()} requests to Octopus`);
    // A space without a copy has nothing to be called up to date: a warning, by which the task is not green, and the next space is looked at.
    (found.length === 0 ? log.warn : log.highlight)(summarize(found, scope));
    refuseFailed(found);
  },
});

function report(all: readonly CopyUpdate[], { log, tellsOrigin }: { log: StepLog; tellsOrigin: boolean }): void {
  if (all.length === 0) return;
  const rows = all.map((found) => [
    found.copy.name,
    tellsOrigin ? found.copy.origin : "",
    statusOf(found),
    describeBehind(found),
    describeEdits(found),
  ]);
  for (const line of renderTable(["Copy", "Made of", "Status", "Behind", "Changed there"], rows)) log.info(line);
  for (const found of all) for (const line of describeWarnings(found)) log.warn(`${found.copy.name}: ${line}`);
}

function toConflicts(found: CopyUpdate): object[] {
  if (found.kind === "problem" || found.update.status !== "conflicting") return [];
  const copy = found.copy.name;
  return [
    found.kind === "git"
      ? { copy, files: found.update.conflicts }
      : { copy, changes: found.update.conflicts.map(({ text }) => text) },
  ];
}

function toRow(found: CopyUpdate): object {
  const row = {
    name: found.copy.name,
    madeOf: found.copy.origin,
    root: rootKindOf(found.copy.receipt),
    project: found.copy.project?.Id ?? "",
    status: statusOf(found),
    behind: countBehind(found),
  };
  if (found.kind === "problem") return { ...row, problem: found.text };
  if (found.kind === "database")
    return { ...row, deployed: found.update.deployed, newest: found.update.newest, edits: found.update.edits };
  const edits = found.update.edits.map(({ commit, author, date, subject }) => ({ commit, author, date, subject }));
  return { ...row, commit: found.update.into, newest: found.update.from, edits, editedFiles: found.update.editedFiles };
}

function summarize(all: readonly CopyUpdate[], { scope, space }: UpdatesPageOptions): string {
  if (all.length === 0)
    return `The space "${space}" has no copy${scope}, so there is nothing to find updates of. Deploy to it first, or take this run off its tenant.`;
  const [only] = all;
  if (all.length === 1 && only !== undefined) {
    const behind = describeBehind(only);
    return `"${only.copy.name}" in the space "${space}": ${statusOf(only)}${behind === "" ? "" : `, ${behind} behind`}.`;
  }
  const what = scope === "" ? "copies" : "projects";
  return `${all.length} ${what} in the space "${space}"${scope === "" ? "" : ` made${scope}`}: ${summarizeStatuses(all)}.`;
}

/** After everything else was told: a run that could not look must not pass for one that found nothing. */
function refuseFailed(all: readonly CopyUpdate[]): void {
  const failed = all.filter((found) => statusOf(found) === "Failed");
  if (failed.length === 0) return;
  const [first] = failed;
  const why = first?.kind === "problem" ? lowerFirst(first.text) : "";
  throw new StepError(
    failed.length === 1
      ? `Failed to find updates of "${first?.copy.name ?? ""}": ${why}`
      : `Failed to find updates of ${failed.length} of ${all.length} copies; the first is "${first?.copy.name ?? ""}": ${why}`,
  );
}
