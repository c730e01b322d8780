import { textOf } from "../../lib/model/json.ts";
import type { OctopusDocument } from "../../lib/octopus/octopus-client.ts";
import { publishSnapshot } from "../../lib/octopus/publish-snapshot.ts";
import { runbookProcess } from "../../lib/resources/runbook-process.ts";
import { runbook as runbookKind } from "../../lib/resources/runbook.ts";
import { variableSet } from "../../lib/resources/variable-set.ts";
import { NotFoundError } from "../../lib/step/errors.ts";
import { nothing, type AppliedResource, type BroughtExtras, type ExtrasOptions } from "./brought-extras.ts";

/**
 * Publishes the copies of runbooks that are published in the template: when they are not yet, and when this run changed what a
 * snapshot holds. Where people changed the same, a snapshot would publish their draft, so that is left to them.
 */
export async function publishRunbooks(options: ExtrasOptions): Promise<BroughtExtras> {
  let brought = nothing;
  for (const name of options.extras.publishedRunbooks ?? []) {
    const id = findRunbookId(options, name);
    if (id !== undefined) brought = add(brought, await publish(options, { name, id }));
  }
  return brought;
}

function add(a: BroughtExtras, b: BroughtExtras): BroughtExtras {
  return {
    ...a,
    written: [...a.written, ...b.written],
    kept: [...a.kept, ...b.kept],
    failed: [...a.failed, ...b.failed],
  };
}

async function publish(options: ExtrasOptions, { name, id }: { name: string; id: string }): Promise<BroughtExtras> {
  const runbook = await options.space.get(`/runbooks/${id}`);
  const isPublished = textOf(runbook, "PublishedRunbookSnapshotId") !== "";
  if (isPublished && !options.isResumed && !isWritten(options, name)) return nothing;
  if (hasTheirs(options, name)) {
    const text = `The runbook "${name}" is not published: people changed it in this space, and publish it when it suits them.`;
    return { ...nothing, kept: [{ text, isConflict: false }] };
  }
  if (options.onlyPlan) return { ...nothing, written: [`Would publish the runbook "${name}".`] };
  return publishNow(options, { name, runbook });
}

async function publishNow(
  { space }: ExtrasOptions,
  { name, runbook }: { name: string; runbook: OctopusDocument },
): Promise<BroughtExtras> {
  try {
    const snapshot = await publishSnapshot(space, runbook);
    return { ...nothing, written: [`Published the runbook "${name}" as "${snapshot}".`] };
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return { ...nothing, failed: [`The runbook "${name}" could not be published: ${error.message}`] };
  }
}

function findRunbookId({ resources }: ExtrasOptions, name: string): string | undefined {
  return resources.find(({ target }) => target.kind === runbookKind.id && target.key.at(-1) === name)?.id;
}

/** A snapshot holds the process and the variables. */
function listSources({ resources }: ExtrasOptions, name: string): AppliedResource[] {
  return resources.filter(
    ({ target }) => target.kind === variableSet.id || (target.kind === runbookProcess.id && target.key.at(-1) === name),
  );
}

function isWritten(options: ExtrasOptions, name: string): boolean {
  return listSources(options, name).some(({ action }) => action === "create" || action === "update");
}

function hasTheirs(options: ExtrasOptions, name: string): boolean {
  return listSources(options, name).some(({ target, kept }) => target.kind === runbookProcess.id && kept.length > 0);
}
