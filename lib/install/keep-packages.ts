import { isSameJson, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import { listHeldPackages, type HeldPackage } from "../octopus/held-packages.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { findNewestPackage } from "../octopus/packages.ts";
import { publishSnapshot } from "../octopus/publish-snapshot.ts";
import { isSameName } from "../octopus/same-name.ts";
import { idToBe, type Installer } from "./installer.ts";
import { stepAround } from "./process-steps.ts";
import { ensureEmptyRunbook, readProcess, writeProcess } from "./runbooks.ts";

/** A runbook that nobody runs: what its published snapshot selects stays in the built-in feed. */
export const keepingRunbook = "__ Keep Packages";

export interface KeepingOptions {
  project: OctopusDocument;
  environmentId: string;
  builtInFeedId: string;
  packages: KeptPackage[];
}

export interface KeptPackage {
  packageId: string;
  /** Absent for the newest one there is when the runbook is published. */
  version?: string;
}

/** Makes the runbook, names the packages in it, and publishes it, unless one of them has no version yet. */
export async function ensureKeptPackages(installer: Installer, options: KeepingOptions): Promise<void> {
  const wanted = {
    project: options.project,
    name: keepingRunbook,
    description:
      "Nobody needs to run this. Retention leaves the packages in the built-in feed that its published snapshot selects.",
    isTenanted: false,
    environmentId: options.environmentId,
  };
  const runbook = await ensureEmptyRunbook(installer, wanted);
  const process = await readProcess(installer, runbook);
  const steps = withReferences(objectsOf(process, "Steps"), options.packages.map(toReference(options.builtInFeedId)));
  if (!isSameJson(objectsOf(process, "Steps"), steps)) await writeProcess(installer, { process, steps, wanted });
  await publish(installer, { runbook, ...options });
}

async function publish(
  installer: Installer,
  { runbook, project, packages }: KeepingOptions & { runbook: OctopusDocument },
): Promise<void> {
  const selected = await selectVersions(installer, packages);
  if (selected.length < packages.length) return;
  const held = runbook.Id === idToBe ? [] : await listHeldPackages(installer.space, runbook);
  if (selected.every((one) => held.some((other) => isSamePackage(one, other)))) return;
  const versions = Object.fromEntries(
    selected.map((one, index) => [nameReference(packages[index] ?? one), one.version]),
  );
  const what = `the runbook "${keepingRunbook}" of "${textOf(project, "Name")}"`;
  await installer.change({ verb: "publish", what }, () => publishSnapshot(installer.space, runbook, versions));
}

async function selectVersions({ space }: Installer, packages: KeptPackage[]): Promise<HeldPackage[]> {
  const selected: HeldPackage[] = [];
  for (const { packageId, version } of packages) {
    const chosen = version ?? (await findNewestPackage(space, packageId))?.version;
    if (chosen !== undefined) selected.push({ packageId, version: chosen });
  }
  return selected;
}

function isSamePackage(one: HeldPackage, other: HeldPackage): boolean {
  return isSameName(one.packageId, other.packageId) && one.version === other.version;
}

function nameReference({ packageId, version }: KeptPackage): string {
  return version === undefined ? packageId : `${packageId}.${version}`;
}

/** `NotAcquired`: a run that somebody starts all the same fetches none of them. */
function toReference(FeedId: string): (kept: KeptPackage) => JsonObject {
  return (kept) => ({
    Name: nameReference(kept),
    PackageId: kept.packageId,
    FeedId,
    ...(kept.version === undefined ? {} : { Version: kept.version }),
    AcquisitionLocation: "NotAcquired",
    Properties: { SelectionMode: "immediate" },
  });
}

const stepName = "Keep Packages";

/** Our step with exactly these references, beside the steps that people may have added. */
function withReferences(steps: JsonObject[], references: JsonObject[]): JsonObject[] {
  const own = steps.find((step) => isSameName(textOf(step, "Name"), stepName));
  if (own === undefined) return [...steps, stepAround(stepName, actionWith(references))];
  const [action = {}, ...others] = objectsOf(own, "Actions");
  const present = objectsOf(action, "Packages");
  const Packages = references.map((reference) => present.find((one) => isSameReference(one, reference)) ?? reference);
  return steps.map((step) => (step === own ? { ...own, Actions: [{ ...action, Packages }, ...others] } : step));
}

function isSameReference(one: JsonObject, other: JsonObject): boolean {
  return ["Name", "PackageId", "FeedId", "Version"].every((field) => textOf(one, field) === textOf(other, field));
}

function actionWith(Packages: JsonObject[]): JsonObject {
  return {
    Name: stepName,
    ActionType: "Octopus.Script",
    Packages,
    Properties: {
      "Octopus.Action.RunOnServer": "true",
      "Octopus.Action.Script.ScriptSource": "Inline",
      "Octopus.Action.Script.Syntax": "Bash",
      "Octopus.Action.Script.ScriptBody":
        'echo "The packages that this step names stay in the built-in feed while this runbook is published."',
    },
  };
}
