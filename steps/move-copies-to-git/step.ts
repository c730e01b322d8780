import { copyParameter, gitParameters, templateParameters } from "../../lib/copies/copy-parameters.ts";
import { openSpaces } from "../../lib/copies/open-spaces.ts";
import type { OpenTemplate } from "../../lib/copies/open-template.ts";
import { renderTable } from "../../lib/copies/render-table.ts";
import { renderRepositoryName } from "../../lib/git/repository-name.ts";
import { managedSpaceParameters } from "../../lib/octopus/connection-parameters.ts";
import { defineStep, type StepLog } from "../../lib/step/define-step.ts";
import { during, lowerFirst, StepError } from "../../lib/step/errors.ts";
import { checkbox, text } from "../../lib/step/parameters.ts";
import { loadDuring, readAhead } from "../../lib/step/read-ahead.ts";
import type { MoveResult } from "./move-result.ts";

export const step = defineStep({
  id: "0d7c5b52-6a4f-4c8e-9b1d-2f83ce1a7764",
  name: "Managed Spaces - Move Copies to Git",
  version: 1,
  prefix: "MoveCopiesToGit",
  description:
    "After a template moved from the database to Git, its copies in a managed space follow: each gets a repository with the template's history, and what people changed in it is a commit on top of that. From then on Find Updates and Merge Updates serve it. " +
    "Safe to run again: it goes on where an earlier run ended.",

  parameters: {
    ...templateParameters(),
    ...managedSpaceParameters({
      may: "edit projects, view Git credentials and edit library variable sets in the managed space",
    }),
    copy: copyParameter(),
    ...gitParameters({ scopes: "read the template's repository, and make and write repositories of the owner" }),
    owner: text({
      label: "Owner",
      help: "The organization, group or user on the host that the copies' repositories belong to.",
    }),
    repositoryName: text({
      label: "Repository Name",
      help: "Name of a copy's repository. `{tenant}` and `{project}` stand for their names, in lower case and with `_` for all but letters and digits.",
      default: "{tenant}_{project}",
    }),
    tenant: text({
      label: "Tenant",
      help: "Name of the tenant that the managed space belongs to.",
      default: "#{Octopus.Deployment.Tenant.Name}",
    }),
    gitCredential: text({
      label: "Git Credential",
      help: "Name of the Git credential of the managed space that its projects use. Blank for the name of the template's.",
      optional: true,
    }),
    templateCommit: text({
      label: "Template Commit",
      help: "The template's commit that has what was deployed last from the database. Blank for the one by which Octopus moved the template to Git.",
      optional: true,
    }),
    migrateVariables: checkbox({
      label: "Migrate Variables",
      help: "Whether variables of the template, and of copies in Git, that are still in the database move to Git. Secrets stay.",
      default: false,
    }),
    migrateRunbooks: checkbox({
      label: "Migrate Runbooks",
      help: "Whether runbooks of the template, and of copies in Git, that are still in the database move to Git.",
      default: false,
    }),
    onlyPlan: checkbox({ label: "Only Plan", help: "Says what would be done and changes nothing.", default: false }),
  },

  outputs: {
    Changed: "`True` when this run moved anything.",
    Copies: "Every copy with its outcome, as JSON: a list with `name`, `outcome`, `text` and `cloneUrl`.",
  },

  examples: [
    { title: "All copies in the space of the tenant", parameters: { owner: "acme" } },
    { title: "What would be done", parameters: { owner: "acme", onlyPlan: "True" } },
    {
      title: "Variables and runbooks that are not in Git yet, too",
      parameters: { owner: "acme", migrateVariables: "True", migrateRunbooks: "True" },
    },
  ],

  async run({ input, log, setOutput, mask, workingDirectory, signal, readVariable, now }) {
    const opening = readAhead(openSpaces(input, { log, mask, signal, readVariable }));
    const later = await loadDuring(opening, () => import("./later.ts"));
    const { open, results, migrated } = await during(`move copies of the project "${input.project}" to Git`, () =>
      later.moveAll(input, {
        spaces: opening,
        nameRepository: (project) => renderRepositoryName(input.repositoryName, { tenant: input.tenant, project }),
        log,
        mask,
        workingDirectory,
        signal,
        now: now(),
      }),
    );

    report(results, log);
    for (const sentence of migrated) log.info(sentence);
    const isChanged = results.some((result) => result.isChanged) || migrated.length > 0;
    setOutput("Changed", isChanged && !input.onlyPlan ? "True" : "False");
    setOutput(
      "Copies",
      JSON.stringify(
        results.map(({ copy, outcome, text: sentence, cloneUrl }) => ({
          name: copy,
          outcome,
          text: sentence,
          cloneUrl,
        })),
      ),
    );
    (results.length === 0 ? log.warn : log.highlight)(summarize(results, open, input));
    refuse(results);
  },
});

const labels: Readonly<Record<MoveResult["outcome"], string>> = {
  moved: "Moved",
  "up-to-date": "In Git",
  refused: "Not moved",
  gone: "Gone",
  failed: "Failed",
};

function report(results: readonly MoveResult[], log: StepLog): void {
  if (results.length === 0) return;
  const rows = results.map(({ copy, outcome, text: sentence }) => [copy, labels[outcome], sentence]);
  for (const line of renderTable(["Copy", "Outcome", ""], rows)) log.info(line);
  for (const { copy, outcome, text: sentence } of results)
    if (["refused", "gone", "failed"].includes(outcome)) log.warn(`${copy}: ${sentence}`);
}

function summarize(
  results: readonly MoveResult[],
  { managed, template }: OpenTemplate,
  { onlyPlan }: { onlyPlan: boolean },
): string {
  const [only] = results;
  if (only === undefined)
    return `The space "${managed.name}" has no copy of "${template.name}", so there is nothing to move. Take this run off its tenant.`;
  if (results.length === 1) return `"${only.copy}" in the space "${managed.name}": ${only.text}`;
  const counts = new Map<string, number>();
  for (const { outcome } of results) counts.set(labels[outcome], (counts.get(labels[outcome]) ?? 0) + 1);
  const parts = [...counts].map(([label, number]) => `${number} ${label.toLowerCase()}`);
  return `${onlyPlan ? "Planned" : "Done"} for ${results.length} projects in the space "${managed.name}" made of "${template.name}": ${parts.join(", ")}.`;
}

/** After everything else was told. */
function refuse(results: readonly MoveResult[]): void {
  const failed = results.filter(({ outcome }) => outcome === "failed" || outcome === "refused");
  const [first] = failed;
  if (first === undefined) return;
  const which =
    failed.length === 1
      ? `"${first.copy}"`
      : `${failed.length} of ${results.length} copies; the first is "${first.copy}"`;
  throw new StepError(`Failed to move ${which}: ${lowerFirst(first.text)}`);
}
