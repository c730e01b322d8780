import * as z from "zod/mini";
import { parseJson, textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { nameRehearsalModule } from "../octopus/receipt-modules.ts";

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
