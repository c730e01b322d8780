import { isJsonObject, isSameJson, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "./octopus-client.ts";
import { readSnapshotContent, toSnapshot, type SnapshotContent } from "./publish-snapshot.ts";

/** What all tenants run: the process, variables and packages of one moment. */
export interface PinnedSnapshot {
  id: string;
  name: string;
}

/** Which snapshot it will be. */
export interface SnapshotChoice {
  /** Undefined where one is to be made first. */
  known: PinnedSnapshot | undefined;
  /** For people: `the published snapshot "Snapshot 7K2QMX3"`. */
  text: string;
  /** @returns the one that is known, or that is made now */
  pin(): Promise<PinnedSnapshot>;
}

const ours = "Made by managed-spaces for a run for many tenants.";

/** Of the newest snapshots so many are looked at for one of ours. */
const newest = 30;

/**
 * The published snapshot where there is one, which is what Octopus runs by itself. Else one of the runbook as it is now with the newest
 * packages, as the portal makes it for a draft; the one that a former command made, as long as the server says that nothing changed
 * since: by it that command's runs are known again.
 */
export async function chooseSnapshot(space: OctopusSpace, runbook: OctopusDocument): Promise<SnapshotChoice> {
  const published = textOf(runbook, "PublishedRunbookSnapshotId");
  if (published !== "") return toKnown(await space.get(`/runbookSnapshots/${published}`), "the published snapshot");
  const content = await readSnapshotContent(space, runbook);
  const former = await findFormer(space, runbook, content);
  if (former !== undefined) return toKnown(former, "the draft snapshot");
  const text = `a new draft snapshot${describePackages(content)}`;
  return { known: undefined, text, pin: () => makeDraft(space, runbook, content) };
}

function toKnown(document: OctopusDocument, what: string): SnapshotChoice {
  const known = { id: document.Id, name: textOf(document, "Name") };
  const packages = describePackages({ packages: objectsOf(document, "SelectedPackages") });
  return { known, text: `${what} "${known.name}"${packages}`, pin: () => Promise.resolve(known) };
}

/** Not the packages that the steps run from, which are the same in all of them. */
function describePackages({ packages }: Pick<SnapshotContent, "packages">): string {
  const versions = packages
    .filter((one) => textOf(one, "PackageReferenceName") !== "managed-spaces")
    .map((one) => `${textOf(one, "ActionName")} ${textOf(one, "Version")}`);
  return versions.length === 0 ? "" : ` (${[...new Set(versions)].join(", ")})`;
}

async function findFormer(
  space: OctopusSpace,
  runbook: OctopusDocument,
  content: SnapshotContent,
): Promise<OctopusDocument | undefined> {
  const page = await space.getJson(`/runbooks/${runbook.Id}/runbookSnapshots`, { skip: 0, take: newest });
  const snapshots = isJsonObject(page) ? objectsOf(page, "Items") : [];
  const former = snapshots.find((one) => textOf(one, "Notes") === ours);
  if (former === undefined || !hasSamePackages(former, content)) return undefined;
  const id = textOf(former, "Id");
  const told = await space.getJson(`/runbookSnapshots/${id}/runbookRuns/template`);
  return isJsonObject(told) && isUnchanged(told) ? { ...former, Id: id } : undefined;
}

function hasSamePackages(snapshot: JsonObject, { packages }: SnapshotContent): boolean {
  const versions = (list: readonly JsonObject[]): JsonObject =>
    Object.fromEntries(
      list.map((one) => [
        `${textOf(one, "ActionName")}\n${textOf(one, "PackageReferenceName")}`,
        textOf(one, "Version"),
      ]),
    );
  return isSameJson(versions(objectsOf(snapshot, "SelectedPackages")), versions(packages));
}

/** A server that does not tell says that something changed: one more snapshot does no harm. */
function isUnchanged(told: JsonObject): boolean {
  const parts = ["IsRunbookProcessModified", "IsVariableSetModified", "IsLibraryVariableSetModified"];
  return parts.every((part) => told[part] === false) && told["IsGitResourceModified"] !== true;
}

async function makeDraft(
  space: OctopusSpace,
  runbook: OctopusDocument,
  content: SnapshotContent,
): Promise<PinnedSnapshot> {
  const made = await space.post("/runbookSnapshots", { ...toSnapshot(runbook, content), Notes: ours });
  return { id: made.Id, name: textOf(made, "Name") };
}
