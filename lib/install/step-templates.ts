import { createHash } from "node:crypto";
import { isSameJson, isJsonObject, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { compareVersions } from "../octopus/compare-versions.ts";
import { isSameName } from "../octopus/same-name.ts";
import { NotFoundError } from "../step/errors.ts";
import { listByExactNames } from "../resources/resource-kind.ts";
import type { Installer } from "./installer.ts";

/** How a step template gets its code: it carries it, or runs it out of a package. */
export type Flavor = "inline" | "packaged";

/** What the build made: the template of each step by its slug, and the package with their bundles. */
export interface BuiltSteps {
  version: string;
  templates: Record<string, JsonObject>;
  /** Absent when the templates carry their bundles themselves. */
  runtimePackage: { id: string; fileName: string; content: Uint8Array } | undefined;
}

/** @returns the step templates as the space has them now, by slug */
export async function ensureStepTemplates(
  installer: Installer,
  built: BuiltSteps,
): Promise<Record<string, OctopusDocument>> {
  const feed = await getBuiltInFeed(installer);
  await ensureRuntimePackage(installer, built);
  const installed: Record<string, OctopusDocument> = {};
  for (const [slug, template] of Object.entries(built.templates))
    installed[slug] = await ensureStepTemplate(installer, withFeed(template, feed.Id));
  return installed;
}

/** How the step templates of a space get their code; a space without any is to have them out of a package. */
export async function findInstalledFlavor(space: OctopusSpace, { templates }: BuiltSteps): Promise<Flavor> {
  const names = Object.values(templates).map((template) => textOf(template, "Name"));
  const installed = await listByExactNames(space, "actiontemplates", names);
  const isPackaged = installed.some((template) =>
    objectsOf(template, "Packages").some((reference) => !isDeferred(reference)),
  );
  return installed.length === 0 || isPackaged ? "packaged" : "inline";
}

export async function getBuiltInFeed({ space }: Installer): Promise<OctopusDocument> {
  const feeds = await space.list("/feeds", { feedType: "BuiltIn" });
  const builtIn = feeds.find((feed) => textOf(feed, "FeedType") === "BuiltIn");
  if (builtIn === undefined)
    throw new NotFoundError(
      `The space "${space.name}" shows no built-in feed. Give the user of the API key the permission FeedView.`,
    );
  return builtIn;
}

async function ensureRuntimePackage(installer: Installer, { runtimePackage, version }: BuiltSteps): Promise<void> {
  if (runtimePackage === undefined) return;
  const { id, fileName, content } = runtimePackage;
  const versions = await installer.space.list("/packages", { nuGetPackageId: id });
  const present = versions.find(
    (entry) => isSameName(textOf(entry, "PackageId"), id) && compareVersions(textOf(entry, "Version"), version) === 0,
  );
  if (
    present !== undefined &&
    textOf(present, "Hash").toLowerCase() === createHash("sha1").update(content).digest("hex")
  )
    return;
  if (present !== undefined && textOf(present, "Hash") === "") return;
  await installer.change({ verb: "upload", what: `the package ${id} ${version}` }, () =>
    installer.space.upload("/packages/raw", { name: fileName, content }, { overwriteMode: "OverwriteExisting" }),
  );
}

/** The packaged flavour does not know the feed's id before it is in a space. */
function withFeed(template: JsonObject, feedId: string): JsonObject {
  const packages = objectsOf(template, "Packages").map((reference) =>
    isDeferred(reference) ? reference : { ...reference, FeedId: feedId },
  );
  return { ...template, Packages: packages };
}

export function isDeferred(reference: JsonObject): boolean {
  const properties = reference["Properties"];
  return isJsonObject(properties) && properties["SelectionMode"] === "deferred";
}

async function ensureStepTemplate(installer: Installer, template: JsonObject): Promise<OctopusDocument> {
  const name = textOf(template, "Name");
  const wanted: JsonObject = {
    Name: name,
    Description: template["Description"] ?? "",
    ActionType: template["ActionType"] ?? "Octopus.Script",
    Properties: template["Properties"] ?? {},
    Parameters: template["Parameters"] ?? [],
    Packages: template["Packages"] ?? [],
    GitDependencies: [],
  };
  const [current] = await listByExactNames(installer.space, "actiontemplates", [name]);
  const what = `the step template "${name}"`;
  if (current === undefined) {
    const made = await installer.change({ verb: "create", what }, () =>
      installer.space.post("/actiontemplates", wanted),
    );
    return made ?? { ...wanted, Id: "ActionTemplates-0", Version: 1 };
  }
  if (isSameTemplate(current, wanted)) return current;
  const updated = { ...current, ...wanted };
  return (
    (await installer.change({ verb: "update", what }, () =>
      installer.space.put(`/actiontemplates/${current.Id}`, updated),
    )) ?? updated
  );
}

/** Ids and what the server adds to parameters and packages do not count. */
function isSameTemplate(current: JsonObject, wanted: JsonObject): boolean {
  return isSameJson(essence(current), essence(wanted));
}

function essence(template: JsonObject): JsonObject {
  return {
    Description: textOf(template, "Description"),
    Properties: template["Properties"] ?? {},
    Parameters: objectsOf(template, "Parameters").map(({ Name, Label, HelpText, DefaultValue, DisplaySettings }) => ({
      Name: Name ?? "",
      Label: Label ?? "",
      HelpText: HelpText ?? "",
      DefaultValue: typeof DefaultValue === "string" ? DefaultValue : "",
      DisplaySettings: DisplaySettings ?? {},
    })),
    Packages: objectsOf(template, "Packages").map(({ Name, PackageId, FeedId, Version, AcquisitionLocation }) => ({
      Name: Name ?? "",
      PackageId: PackageId ?? "",
      FeedId: FeedId ?? "",
      Version: Version ?? "",
      AcquisitionLocation: AcquisitionLocation ?? "",
    })),
  };
}
