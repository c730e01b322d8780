import type { Manifest } from "../../lib/graph/manifest.ts";
import { placeGitProjects, type GitProjectPlace } from "../../lib/mapping/place-git-projects.ts";
import { placeMachines, type MachinePlace } from "../../lib/mapping/place-machines.ts";
import type { Remark } from "../../lib/model/graph.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import { describeByKind } from "../../lib/resources/describe-by-kind.ts";

interface Places {
  machines: MachinePlace;
  pollingMachines: boolean;
  gitProjects: GitProjectPlace;
}

/** The package with what only one server or space may have at a time as this one is to have it; the log is told what stays behind. */
export function placeResources(
  manifest: Manifest,
  { machines, pollingMachines, gitProjects }: Places,
  log: StepLog,
): Manifest {
  const tell = ({ about, text }: Remark): void => log.info(`${describeByKind(about)}: ${text}.`);
  const placed = placeMachines(manifest.graph, machines, { withPolling: pollingMachines });
  const { graph, remarks } = placeGitProjects(placed.graph, gitProjects);
  [...placed.remarks, ...remarks].forEach(tell);
  return { ...manifest, graph };
}
