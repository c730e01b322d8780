import type { Manifest } from "../../lib/graph/manifest.ts";
import { placeInPackage, type MachinePlace } from "../../lib/mapping/place-machines.ts";
import { describeTarget } from "../../lib/model/graph.ts";
import { findKind } from "../../lib/resources/index.ts";
import type { StepLog } from "../../lib/step/define-step.ts";

/** The package with its targets and workers as the space is to have them; the log is told what stays behind. */
export function placeMachinesOf(
  packed: Manifest,
  { machines, pollingMachines }: { machines: MachinePlace; pollingMachines: boolean },
  log: StepLog,
): Manifest {
  const { manifest, remarks } = placeInPackage(packed, machines, { withPolling: pollingMachines });
  for (const { about, text } of remarks) log.info(`${describeTarget(about, findKind(about.kind)?.label)}: ${text}.`);
  return manifest;
}
