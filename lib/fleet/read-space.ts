import { isJsonObject, objectOf, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import type { RememberingSpace } from "../octopus/remember-reads.ts";
import { askedNameOf, type Receipt } from "../receipts/receipt.ts";
import { findReceipt, openReceipts, type Receipts } from "../receipts/receipts.ts";
import { StepError } from "../step/errors.ts";
import { ask } from "./ask.ts";
import type { KnownReceipt, KnownSpace, SpaceFact } from "./known.ts";
import { numberOf } from "./read-instance.ts";

/** In the order in which they are wanted when not all can be asked for. */
export const spaceFacts: readonly SpaceFact[] = ["receipts", "dashboard", "targets", "workers"];

/**
 * Asks a space for facts, a request each, and notes what it says or why it does not. Where the server failed, the next look asks again.
 * @returns the receipts, when they were among it
 * @throws as {@link ask} does
 */
export async function readSpace(
  space: OctopusSpace | RememberingSpace,
  known: KnownSpace,
  { facts, now }: { facts: readonly SpaceFact[]; now: Date },
): Promise<Receipts | undefined> {
  let receipts: Receipts | undefined;
  const read: Readonly<Record<SpaceFact, () => Promise<void>>> = {
    receipts: async () => {
      receipts = await openReceipts(space);
      known.receipts = listKnownReceipts(receipts);
      const present = new Set(known.receipts.map(({ receipt }) => receipt));
      for (const receipt of Object.keys(known.compared)) if (!present.has(receipt)) delete known.compared[receipt];
    },
    dashboard: () => readDashboard(space, known),
    targets: async () => void (known.targets = await readHealth(space, "/machines/summary")),
    workers: async () => void (known.workers = await readHealth(space, "/workerpools/summary")),
  };
  await Promise.all(
    facts.map(async (fact) => {
      const answer = await ask(read[fact]);
      known.askedAt[fact] = now.toISOString();
      noteTouched(known, fact, "refusal" in answer && answer.isFailure);
      if ("refusal" in answer) known.refused[fact] = answer.refusal;
      else delete known.refused[fact];
    }),
  );
  known.readAt = now.toISOString();
  return receipts;
}

function noteTouched(known: KnownSpace, fact: SpaceFact, isToAskAgain: boolean): void {
  const { facts, projects } = known.touched ?? { facts: [], projects: [] };
  const others = facts.filter((one) => one !== fact);
  keepTouched(known, { facts: isToAskAgain ? [...others, fact] : others, projects });
}

export function keepTouched(known: KnownSpace, touched: NonNullable<KnownSpace["touched"]>): void {
  if (touched.facts.length === 0 && touched.projects.length === 0) delete known.touched;
  else known.touched = touched;
}

/** One that cannot be understood takes no other with it. */
function listKnownReceipts(receipts: Receipts): KnownReceipt[] {
  const names = new Set([...receipts.modules.keys(), ...(receipts.legacy?.receipts.keys() ?? [])]);
  return [...names].toSorted().flatMap((name) => {
    try {
      const receipt = findReceipt(receipts, name);
      return receipt === undefined ? [] : [toKnownReceipt(name, receipt)];
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      return [{ ...unreadable(name), problem: error.message }];
    }
  });
}

function unreadable(name: string): KnownReceipt {
  const template = /^\w+\[(.*?)\]/s.exec(name)?.[1] ?? name;
  return { receipt: name, template, name: template, templateName: template, isAdopted: false, isInGit: false };
}

function toKnownReceipt(name: string, receipt: Receipt): KnownReceipt {
  return {
    receipt: name,
    template: receipt.package,
    ...(receipt.root !== undefined && { root: receipt.isPartial === true ? "baseline" : receipt.root }),
    name: askedNameOf(receipt, name) || receipt.package,
    templateName: receipt.upstream?.["project"] ?? receipt.package,
    ...(receipt.version !== undefined && { version: receipt.version }),
    ...(receipt.project !== undefined && { project: receipt.project }),
    // A baseline always takes over what has its names: of it that tells nothing.
    isAdopted: receipt.isAdopted === true && receipt.isPartial !== true,
    ...(receipt.isPartial === true && receipt.upstream?.document === undefined && { isWritten: true }),
    isInGit: receipt.repository !== undefined,
  };
}

async function readDashboard(space: OctopusSpace | RememberingSpace, known: KnownSpace): Promise<void> {
  const dashboard = await space.getJson("/dashboard", { showAll: true });
  if (!isJsonObject(dashboard)) return;
  if ("learnNames" in space)
    for (const field of ["Environments", "ProjectGroups"])
      space.learnNames(objectsOf(dashboard, field).map((one) => ({ ...one, Id: textOf(one, "Id") })));
  known.projects = objectsOf(dashboard, "Projects").map((project) => ({
    id: textOf(project, "Id"),
    name: textOf(project, "Name"),
  }));
  known.environments = objectsOf(dashboard, "Environments").map((environment) => textOf(environment, "Name"));
  known.tenants = objectsOf(dashboard, "Tenants").length;
}

async function readHealth(space: OctopusSpace, path: string): Promise<{ total: number; offline: number }> {
  const summary = await space.getJson(path);
  const counts = isJsonObject(summary) ? summary : {};
  const health = objectOf(counts, "MachineHealthStatusSummaries");
  return { total: numberOf(counts, "TotalMachines") ?? 0, offline: countOffline(health) };
}

/** A target that was never checked is no cause for alarm; one that cannot be reached or is not healthy is. */
function countOffline(health: JsonObject): number {
  return ["Unavailable", "Unhealthy"].reduce((sum, status) => sum + (numberOf(health, status) ?? 0), 0);
}
