import { clientSpaceNames } from "../install/client-space.ts";
import { nameCompanion, nameGoldenSpaceProject } from "../install/runbook-names.ts";
import { keepingRunbook } from "../install/keep-packages.ts";
import { objectsOf, textOf, type JsonObject } from "../model/json.ts";
import { listHeldPackages, type HeldPackage } from "../octopus/held-packages.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { listInBatches } from "../resources/resource-kind.ts";

/** A runbook that installing made. */
export interface ManagementProcess {
  runbook: OctopusDocument;
  /** That carries it. */
  project: OctopusDocument | undefined;
  actions: JsonObject[];
}

/** A runbook that installing made, and what it runs from. */
export interface ManagementRunbook {
  name: string;
  /** Name of the project that carries it. */
  project: string;
  /** Whether it is there only to keep packages. */
  isKeeper: boolean;
  actions: JsonObject[];
  /** What its published snapshot selects. */
  held: HeldPackage[];
}

/** The management runbooks of the space, as their names tell, and their steps. */
export async function listManagementProcesses(
  space: OctopusSpace,
  projects: OctopusDocument[],
): Promise<ManagementProcess[]> {
  const named = await space.list("/runbooks", { partialName: "__ " });
  const runbooks = named.filter((runbook) => textOf(runbook, "Name").startsWith("__ "));
  const processes = await listInBatches(
    runbooks.map((runbook) => textOf(runbook, "RunbookProcessId")),
    (ids) => space.list("/runbookProcesses", { ids }),
  );
  return runbooks.map((runbook) => {
    const process = processes.find(({ Id }) => Id === runbook["RunbookProcessId"]);
    return {
      runbook,
      project: projects.find(({ Id }) => Id === runbook["ProjectId"]),
      actions: objectsOf(process ?? {}, "Steps").flatMap((step) => objectsOf(step, "Actions")),
    };
  });
}

/** {@link listManagementProcesses}, with what each runbook runs from. */
export async function listManagementRunbooks(
  space: OctopusSpace,
  projects: OctopusDocument[],
): Promise<ManagementRunbook[]> {
  const found: ManagementRunbook[] = [];
  for (const { runbook, project, actions } of await listManagementProcesses(space, projects)) {
    const name = textOf(runbook, "Name");
    found.push({
      name,
      project: textOf(project ?? {}, "Name"),
      isKeeper: isSameName(name, keepingRunbook),
      actions,
      held: await listHeldPackages(space, runbook),
    });
  }
  return found;
}

/** The command that brings the project's runbooks up to date. */
export function commandFor(project: string, projects: OctopusDocument[]): string {
  if (isSameName(project, clientSpaceNames.project)) return "managed-spaces install";
  const names = projects.map((one) => textOf(one, "Name"));
  const companioned = names.find((name) => isSameName(nameCompanion(name), project));
  const golden = project.startsWith(nameGoldenSpaceProject("")) && project.slice(nameGoldenSpaceProject("").length);
  if (golden && companioned === undefined) return `managed-spaces install --golden-space "${golden}"`;
  const template = companioned ?? project;
  return `managed-spaces install --project "${template}"`;
}
