import { textOf } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import type { RememberingSpace } from "../octopus/remember-reads.ts";
import type { Receipts } from "../receipts/receipts.ts";
import { fewForWholeList, listInBatches } from "../resources/resource-kind.ts";
import { isVersionControlled } from "../resources/version-control.ts";
import { StepError } from "../step/errors.ts";

/** What of a space is about to be compared. */
export interface ReadingAhead {
  receipts: Receipts;
  /** Names of the receipts. */
  names: readonly string[];
  /** The projects among the copies, as they are there. */
  projects: readonly OctopusDocument[];
}

/**
 * Asks once for what comparing copies would ask for one by one: what their receipts remember together with their variables, and of
 * several projects the rest, too. What the server does not give that way is asked for later, and told then.
 */
export async function readCopiesAhead(
  space: RememberingSpace,
  { receipts, names, projects }: ReadingAhead,
): Promise<void> {
  const scripts = names.flatMap((name) => {
    const module = receipts.modules.get(name);
    return module === undefined || receipts.scripts.has(name) ? [] : [textOf(module, "VariableSetId")];
  });
  const own = projects.filter((project) => !isVersionControlled(project));
  const readings = [
    readDocuments(space, "/variables", [...scripts, ...projects.map((project) => textOf(project, "VariableSetId"))]),
    ...(own.length > 1 ? [readProcesses(space, own), readRunbooks(space, own)] : []),
    ...(projects.length > fewForWholeList ? [readChannels(space, projects), readTriggers(space, projects)] : []),
  ];
  await Promise.all(readings.map(unlessRefused));
}

async function unlessRefused(reading: Promise<void>): Promise<void> {
  try {
    await reading;
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
  }
}

/** By ids, which a list of all takes. One alone is asked for by whoever wants it. */
async function readDocuments(space: RememberingSpace, route: string, ids: readonly string[]): Promise<void> {
  if (ids.length < 2) return;
  await listInBatches(ids, async (batch) => {
    const found = await space.listWhole(`${route}/all`, { ids: batch });
    // Whether one that is not among them is there is not known: the server leaves out what it cannot read.
    space.learn(
      route,
      found.map(({ Id }) => Id),
      found,
    );
    return found;
  });
}

async function readProcesses(space: RememberingSpace, projects: readonly OctopusDocument[]): Promise<void> {
  const ids = projects.map((project) => textOf(project, "DeploymentProcessId"));
  const found = await listInBatches(ids, (batch) => space.list("/deploymentprocesses", { ids: batch }));
  for (const process of found)
    space.learnAnswer(`/projects/${textOf(process, "ProjectId")}/deploymentprocesses`, process);
}

async function readRunbooks(space: RememberingSpace, projects: readonly OctopusDocument[]): Promise<void> {
  const ids = projects.map(({ Id }) => Id);
  const runbooks = await listInBatches(ids, (projectIds) => space.listWhole("/runbooks/all", { projectIds }));
  learnLists(space, "runbooks", { projects, all: runbooks });
  const processes = runbooks.map((runbook) => textOf(runbook, "RunbookProcessId"));
  await listInBatches(processes, async (batch) => {
    const found = await space.list("/runbookProcesses", { ids: batch });
    space.learn(
      "/runbookProcesses",
      found.map(({ Id }) => Id),
      found,
    );
    return found;
  });
}

async function readChannels(space: RememberingSpace, projects: readonly OctopusDocument[]): Promise<void> {
  learnLists(space, "channels", { projects, all: await space.listWhole("/channels/all") });
}

async function readTriggers(space: RememberingSpace, projects: readonly OctopusDocument[]): Promise<void> {
  learnLists(space, "triggers", { projects, all: await space.list("/projecttriggers") });
}

function learnLists(
  space: RememberingSpace,
  collection: string,
  { projects, all }: { projects: readonly OctopusDocument[]; all: readonly OctopusDocument[] },
): void {
  for (const { Id } of projects)
    space.learnList(
      `/projects/${Id}/${collection}`,
      all.filter((one) => textOf(one, "ProjectId") === Id),
    );
}
