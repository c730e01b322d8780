import * as z from "zod/mini";
import { parseJson, textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { nameRehearsalModule } from "../octopus/receipt-modules.ts";
import { ConflictError } from "../step/errors.ts";

/** How the newest rehearsal of a package went: what a deployment may ask for. The management space has it as a script module that no project includes. */
export const RehearsalRecord = z.object({
  format: z.literal(1),
  package: z.string(),
  version: z.string(),
  at: z.string(),
  copies: z.number(),
  /** Names of tenants whose spaces would refuse it. */
  refused: z.array(z.string()),
  /** Ids of those that were looked at; absent for all that there were. */
  tenants: z.optional(z.array(z.string())),
});

export type RehearsalRecord = z.infer<typeof RehearsalRecord>;

/** Leaves it in the management space, in place of the one before. */
export async function leaveRehearsal(management: OctopusSpace, record: RehearsalRecord): Promise<void> {
  const known = await findModule(management, record.package);
  const Name = nameRehearsalModule(record.package);
  const sentence = `How the newest rehearsal of the package ${record.package} went. Managed Spaces reads and writes it: do not edit it, and include it in no project.`;
  const Description = `${sentence}\n\n${JSON.stringify(record)}`;
  if (known !== undefined) await management.put(`/libraryvariablesets/${known.Id}`, { ...known, Description });
  else await management.post("/libraryvariablesets", { Name, ContentType: "ScriptModule", Description, Templates: [] });
}

/** @returns undefined where there was none, or it cannot be understood */
export async function findRehearsal(management: OctopusSpace, packageId: string): Promise<RehearsalRecord | undefined> {
  const module = await findModule(management, packageId);
  const [line = ""] = textOf(module ?? { Id: "" }, "Description")
    .trimEnd()
    .split("\n")
    .slice(-1);
  const record = RehearsalRecord.safeParse(parseJson(line));
  return record.success ? record.data : undefined;
}

async function findModule(management: OctopusSpace, packageId: string): Promise<OctopusDocument | undefined> {
  const name = nameRehearsalModule(packageId);
  const modules = await management.list("/libraryvariablesets", { partialName: name });
  return modules.find((module) => textOf(module, "Name") === name);
}

export interface RehearsalDemand {
  package: { id: string; version: string };
  /** Hours; absent for any age. */
  maximumAge?: number | undefined;
  /** Id of the run's tenant, where it has one. */
  tenantId: string | undefined;
  now: Date;
}

/** @throws {@link ConflictError} unless the newest rehearsal of the package is of that version, young enough, and without a refusal */
export function demandRehearsal(record: RehearsalRecord | undefined, demand: RehearsalDemand): void {
  const reason = whyNot(record, demand);
  if (reason === undefined) return;
  const { id, version } = demand.package;
  throw new ConflictError(
    `The package "${id}" may not be deployed in version ${version}: ${reason}. Rehearse that version and solve what it tells, or set "Demand a Rehearsal" to no.`,
  );
}

function whyNot(
  record: RehearsalRecord | undefined,
  { package: { version }, maximumAge, tenantId, now }: RehearsalDemand,
): string | undefined {
  if (record === undefined) return "it was never rehearsed";
  if (record.version !== version) return `its newest rehearsal is of version ${record.version}`;
  const hours = (now.getTime() - Date.parse(record.at)) / 3_600_000;
  if (maximumAge !== undefined && !(hours <= maximumAge))
    return `it was rehearsed on ${record.at.slice(0, 16).replace("T", " at ")} UTC, which is more than ${maximumAge} hours ago`;
  if (tenantId !== undefined && record.tenants?.includes(tenantId) === false)
    return "its newest rehearsal did not look at the space of this tenant";
  const [first, ...more] = record.refused;
  if (first === undefined) return undefined;
  const others = more.length === 0 ? "" : ` and ${more.length === 1 ? "one other" : `${more.length} others`}`;
  return `its newest rehearsal says that the space of "${first}"${others} would refuse it`;
}
