// What the step needs once it has read its parameters: a part of the program of its own.
import type { FleetReport } from "../../lib/fleet/fleet-report.ts";
import { writeFiles } from "../../lib/fleet/fleet-files.ts";
import { lookAtFleet, type LookOptions } from "../../lib/fleet/look-at-fleet.ts";

export { openHostAccess } from "../../lib/git-hosts/index.ts";

export const files = writeFiles;

export async function look(options: LookOptions): Promise<FleetReport> {
  return (await lookAtFleet(options)).report;
}
