import { textOf } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { idToBe, type Installer } from "./installer.ts";

/** Whether the runbook was never published, or its process is another one than the published one. */
export async function needsPublishing({ space }: Installer, runbook: OctopusDocument): Promise<boolean> {
  const published = textOf(runbook, "PublishedRunbookSnapshotId");
  if (published === "" || runbook.Id === idToBe) return true;
  const snapshot = await space.find(`/runbookSnapshots/${published}`);
  const process = await space.get(`/runbookProcesses/${textOf(runbook, "RunbookProcessId")}`);
  const frozen = await space.find(`/runbookProcesses/${textOf(snapshot ?? {}, "FrozenRunbookProcessId")}`);
  return frozen === undefined || JSON.stringify(frozen["Steps"]) !== JSON.stringify(process["Steps"]);
}
