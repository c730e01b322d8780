import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commitParameters } from "../../lib/copies/commit-parameters.ts";
import { copyParameter, gitParameters, listSecrets, templateParameters } from "../../lib/copies/copy-parameters.ts";
import { count, describeConflict, describeSolved } from "../../lib/copies/describe-update.ts";
import type { OpenTemplate } from "../../lib/copies/open-template.ts";
import { renderTable } from "../../lib/copies/render-table.ts";
import { managedSpaceParameters } from "../../lib/octopus/connection-parameters.ts";
import { loadDuring, readAhead } from "../../lib/step/read-ahead.ts";
import { openSpaces } from "../../lib/copies/open-spaces.ts";
import { defineStep, type StepLog } from "../../lib/step/define-step.ts";
import { ConflictError, during, lowerFirst, StepError } from "../../lib/step/errors.ts";
import { checkbox, select, text } from "../../lib/step/parameters.ts";
import type { Solution } from "./merge-all.ts";
import type { MergeResult } from "./merge-result.ts";

export const step = defineStep({
  id: "e3a90c71-5b68-4f27-a1d4-9c06b8f72e0a",
  name: "Managed Spaces - Merge Updates",
  version: 1,
  prefix: "MergeUpdates",
  description:
    "Brings a template's changes to its copies in a managed space whose projects are in Git: by a pull request in each copy's repository, or by a push. Conflicts that need nobody solve themselves; others wait in a branch for people to finish, and keep nothing else from being merged. " +
    "Safe to run again: it goes on where an earlier run ended.",

  parameters: {
    ...templateParameters(),
    ...managedSpaceParameters({ may: "view projects and edit library variable sets in the managed space" }),
    copy: copyParameter(),
    method: select({
      label: "Merge By",
      help: "A pull request leaves the decision to the people of the managed space; where the host has none, its branch is pushed and people merge it by Git. A push goes to the copy's default branch at once.",
      options: { pullRequest: "Pull request", push: "Push" },
      default: "pullRequest",
    }),
    mergeMethod: select({
      label: "Merge Method",
      help: "How changes come to the default branch: those that this step pushes, and requests that it has the host merge. A rebase that is in conflict becomes a squash.",
      options: {
        repository: "As the repository prefers",
        merge: "Merge commit",
        squash: "Squash to one commit",
        rebase: "Rebase",
      },
      default: "repository",
    }),
    mergeRequest: checkbox({
      label: "Merge the Request",
      help: "Has the host merge a pull request that has no conflicts. Reviews and checks that the repository wants come first: the step says what a request waits for, and a later run merges it.",
      default: false,
    }),
    markConflicts: checkbox({
      label: "Conflicts in the Branch",
      help: "Whether a pull request brings conflicts, too, with markers in the files: people finish it in the host's editor. It says so in its title, and is never merged by this step before that.",
      default: true,
    }),
    branch: text({
      label: "Branch",
      help: "The branch that pull requests come from. It belongs to this step, which removes it when it no longer serves.",
      default: "managed-spaces/updates",
    }),
    ...gitParameters({ scopes: "write to the repositories and make pull requests" }),
    ...commitParameters(),
    failOnConflicts: checkbox({
      label: "Fail on Conflicts",
      help: "Whether the step fails when a copy has conflicts, after everything else was merged. Else it warns.",
      default: false,
    }),
    onlyPlan: checkbox({ label: "Only Plan", help: "Says what would be done and changes nothing.", default: false }),
  },

  outputs: {
    Changed: "`True` when this run pushed anything, or made or updated a pull request.",
    PullRequests: "The open pull requests, as JSON: a list with `copy`, `number` and `url`.",
    Conflicts:
      "What is in conflict, as JSON: a list with the `copy`, its `files`, whether they wait in its branch (`isMarked`), and the `commands` that solve them.",
    Copies: "Every copy with its outcome, as JSON.",
  },

  examples: [
    { title: "A pull request for every copy in the space of the tenant", parameters: {} },
    { title: "What would be done", parameters: { onlyPlan: "True" } },
    { title: "A push, without asking the people of the managed space", parameters: { method: "push" } },
  ],

  async run({ input, log, setOutput, attach, mask, workingDirectory, signal, readVariable, now }) {
    const opening = readAhead(openSpaces(input, { log, mask, signal, readVariable }));
    const later = await loadDuring(opening, () => import("./later.ts"));
    later.ensureBranchName(input.branch);
    const identity = later.toCommitIdentity(input, { now });
    const { open, results } = await during(`merge updates of the project "${input.project}"`, () =>
      later.withUpdateFinder(
        input,
        { opening, openHost: later.createGitHost, log, mask, workingDirectory, signal },
        async (opened, finder) => ({
          open: opened,
          results: await later.mergeAll(opened, finder, { ...input, identity, log, signal, now: now() }),
        }),
      ),
    );

    const solutions = later.listSolutions(results, open, input);
    report(results, solutions, log);
    if (solutions.length > 0) {
      const page = join(workingDirectory, "conflicts.html");
      await writeFile(
        page,
        later.renderConflicts(solutions, { template: open.template.name, secrets: listSecrets(input) }),
      );
      attach(page, `Conflicts of ${open.template.name} in ${open.managed.name}.html`);
    }
    setOutput("Changed", results.some(({ isChanged }) => isChanged) && !input.onlyPlan ? "True" : "False");
    setOutput("PullRequests", JSON.stringify(results.flatMap(toPullRequest)));
    setOutput(
      "Conflicts",
      JSON.stringify(
        solutions.map(({ name, conflicts, isMarked, commands }) => ({
          copy: name,
          files: conflicts,
          isMarked,
          commands,
        })),
      ),
    );
    setOutput(
      "Copies",
      JSON.stringify(
        results.map(({ copy, outcome, text: sentence }) => ({ name: copy.name, outcome, text: sentence })),
      ),
    );
    log.verbose(`${open.countRequests()} requests to Octopus`);
    (results.length === 0 ? log.warn : log.highlight)(summarize(results, { open, onlyPlan: input.onlyPlan }));
    refuse(results, input);
  },
});

const endings: Record<MergeResult["outcome"], string> = {
  "up-to-date": "up to date",
  "pull-request": "by pull request",
  branch: "by branch",
  merged: "merged",
  waits: "waiting",
  pushed: "pushed",
  conflicting: "with conflicts",
  declined: "declined by people",
  blocked: "not merged",
  gone: "gone",
  database: "not in Git",
  failed: "failed",
};

const labels: Record<MergeResult["outcome"], string> = {
  "up-to-date": "Up to date",
  "pull-request": "Pull request",
  branch: "Branch",
  merged: "Merged",
  waits: "Waits",
  pushed: "Pushed",
  conflicting: "Conflicts",
  declined: "Declined",
  blocked: "Not merged",
  gone: "Gone",
  database: "Not in Git",
  failed: "Failed",
};

function report(results: readonly MergeResult[], solutions: readonly Solution[], log: StepLog): void {
  if (results.length === 0) return;
  const rows = results.map(({ copy, outcome, text: sentence }) => [
    copy.name,
    labels[outcome],
    sentence.replace(/\[(#\d+)\]\((.*?)\)/, "$1 ($2)"),
  ]);
  for (const line of renderTable(["Copy", "Outcome", ""], rows)) log.info(line);
  for (const { copy, outcome, text: sentence } of results)
    if (["blocked", "gone", "failed"].includes(outcome)) log.warn(`${copy.name}: ${sentence}`);
  for (const { copy, solved = [] } of results)
    for (const one of solved) log.info(`${copy.name}: a conflict solved itself: ${describeSolved(one)}.`);
  for (const solution of solutions) reportSolution(solution, log);
}

function reportSolution({ name, files, isMarked, pullRequest, commands }: Solution, log: StepLog): void {
  const what = files.map(({ conflict }) => describeConflict(conflict)).join("; ");
  const where = isMarked && pullRequest !== undefined ? `on the host (${pullRequest.webUrl}) or in` : "in";
  log.warn(`${name}: ${what}. Solve it ${where} a copy of the repository and run this step again:`);
  for (const command of commands) log.info(`  ${command}`);
}

function toPullRequest({ copy, pullRequest }: MergeResult): object[] {
  if (pullRequest?.state !== "open") return [];
  return [{ copy: copy.name, number: pullRequest.number, url: pullRequest.webUrl }];
}

function summarize(
  results: readonly MergeResult[],
  { open, onlyPlan }: { open: OpenTemplate; onlyPlan: boolean },
): string {
  const [only] = results;
  const place = `the space "${open.managed.name}"`;
  if (only === undefined)
    return `The space "${open.managed.name}" has no copy of "${open.template.name}", so there is nothing to merge. Deploy to it first, or take this run off its tenant.`;
  if (results.length === 1)
    return `"${only.copy.name}" in ${place}: ${labels[only.outcome].toLowerCase()}. ${only.text}`;
  const counts = new Map<string, number>();
  for (const { outcome } of results) counts.set(endings[outcome], (counts.get(endings[outcome]) ?? 0) + 1);
  const parts = [...counts].map(([ending, number]) => `${number} ${ending}`);
  return `${onlyPlan ? "Planned" : "Done"} for ${count(results.length, "project")} in ${place} made of "${open.template.name}": ${parts.join(", ")}.`;
}

/** After everything else was told. */
function refuse(results: readonly MergeResult[], { failOnConflicts }: { failOnConflicts: boolean }): void {
  const failed = results.filter(({ outcome }) => outcome === "failed");
  const [first] = failed;
  if (first !== undefined)
    throw new StepError(
      failed.length === 1
        ? `Failed to merge updates into "${first.copy.name}": ${lowerFirst(first.text)}`
        : `Failed to merge updates into ${failed.length} of ${results.length} copies; the first is "${first.copy.name}": ${lowerFirst(first.text)}`,
    );
  const conflicting = results.filter(({ outcome }) => outcome === "conflicting").map(({ copy }) => `"${copy.name}"`);
  if (failOnConflicts && conflicting.length > 0)
    throw new ConflictError(
      `The updates are in conflict with what people changed in ${conflicting.join(", ")}. Run the commands in the log, then this step again.`,
    );
}
