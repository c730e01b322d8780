import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeScope, listSecrets, lookingParameters } from "../../lib/copies/copy-parameters.ts";
import { count, statusOf } from "../../lib/copies/describe-update.ts";
import type { CopyUpdate, CopyViewer } from "../../lib/copies/find-updates.ts";
import type { OpenOrigins } from "../../lib/copies/open-template.ts";
import { loadDuring, readAhead } from "../../lib/step/read-ahead.ts";
import { openSpaces } from "../../lib/copies/open-spaces.ts";
import { defineStep } from "../../lib/step/define-step.ts";
import { during, lowerFirst, StepError } from "../../lib/step/errors.ts";
import type { PreviewOptions, renderPreview } from "./preview-copy.ts";

export const step = defineStep({
  id: "0c5d93e8-7a2f-4e61-b0c9-41f8d27b6a09",
  name: "Managed Spaces - Preview Updates",
  version: 1,
  prefix: "PreviewUpdates",
  description:
    "Shows what an update would change in the copies that a space has, one page a copy: the diff of a project in Git, or the planned changes of anything else: of a project, a package of a space, a runbook, a baseline. Changes nothing.",

  parameters: { ...lookingParameters() },

  outputs: { Previews: "How many pages were made; copies that are up to date have none." },

  examples: [
    { title: "The copies in the space of the tenant", parameters: {} },
    { title: "All that was deployed to the space", parameters: { copies: "all" } },
  ],

  async run({ input, log, setOutput, attach, mask, workingDirectory, signal, readVariable }) {
    const opening = readAhead(openSpaces(input, { log, mask, signal, readVariable }));
    const later = await loadDuring(opening, () => import("./later.ts"));
    const { open, all: previews } = await during(`preview updates of ${describeScope(input)}`, () =>
      later.withCopyViewers(
        input,
        { opening, openHost: later.openHostAccess, log, mask, workingDirectory, signal },
        ({ template }, viewer) =>
          renderAll(viewer, later.renderPreview, {
            template: template.name,
            secrets: listSecrets(input),
            tenant: readVariable("Octopus.Deployment.Tenant.Name") ?? "",
          }),
      ),
    );

    let made = 0;
    for (const { found, page } of previews) {
      const line = later.summarizePreview(found);
      (found.kind === "problem" ? log.warn : log.info)(line);
      if (page === undefined) continue;
      made += 1;
      const path = join(workingDirectory, `preview-${made}.html`);
      await writeFile(path, page);
      attach(path, `Preview of ${found.copy.name} in ${open.managed.name}.html`);
    }
    setOutput("Previews", String(made));
    (previews.length === 0 ? log.warn : log.highlight)(summarize(previews, open));
    refuseFailed(previews);
  },
});

interface Preview {
  found: CopyUpdate;
  page: string | undefined;
}

async function renderAll(
  viewer: CopyViewer,
  render: typeof renderPreview,
  options: PreviewOptions,
): Promise<Preview[]> {
  const previews: Preview[] = [];
  for (const found of await viewer.findAll())
    previews.push({ found, page: await render(found, viewer.workspace, options) });
  return previews;
}

function summarize(previews: readonly Preview[], { scope, managed }: OpenOrigins): string {
  const pages = previews.filter(({ page }) => page !== undefined);
  if (previews.length === 0)
    return `The space "${managed.name}" has no copy${scope}, so there is nothing to preview. Deploy to it first, or take this run off its tenant.`;
  if (pages.length === 0) return `No copy${scope} in the space "${managed.name}" has anything to preview.`;
  const names = pages.slice(0, 5).map(({ found }) => `"${found.copy.name}" (${statusOf(found).toLowerCase()})`);
  const rest = pages.length - names.length;
  return `${count(pages.length, "preview")} for the space "${managed.name}" among the artifacts: ${names.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}.`;
}

function refuseFailed(previews: readonly Preview[]): void {
  const failed = previews.map(({ found }) => found).filter((found) => statusOf(found) === "Failed");
  const [first] = failed;
  if (first?.kind !== "problem") return;
  throw new StepError(
    `Failed to preview updates of ${failed.length === 1 ? `"${first.copy.name}"` : `${failed.length} of ${previews.length} copies; the first is "${first.copy.name}"`}: ${lowerFirst(first.text)}`,
  );
}
