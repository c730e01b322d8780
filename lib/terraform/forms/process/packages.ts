import { targetId, type GraphNode } from "../../../model/graph.ts";
import { objectOf, objectsOf, textOf, type JsonObject } from "../../../model/json.ts";
import { object, type HclValue } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { joinLabels } from "../../names.ts";
import type { Part } from "./list-steps.ts";
import { toProperties } from "./properties.ts";

/** Mirrors of the primary package, which the provider writes itself. */
export const primaryPackageProperties = [
  "Octopus.Action.Package.PackageId",
  "Octopus.Action.Package.FeedId",
  "Octopus.Action.Package.DownloadOnTentacle",
];

export interface PackageContext {
  node: GraphNode;
  module: TerraformModule;
  /** Where variables are declared. */
  file: string;
}

/** The package without a name is the primary one. */
export function toPackages(part: Part, context: PackageContext): Record<string, HclValue | undefined> {
  const packages = objectsOf(part.action, "Packages").map((reference): [string, HclValue] => [
    textOf(reference, "Name"),
    toPackage(reference, part, context),
  ]);
  const named = packages.filter(([name]) => name !== "");
  return {
    primary_package: packages.find(([name]) => name === "")?.[1],
    packages: named.length === 0 ? undefined : { entries: Object.fromEntries(named) },
  };
}

function toPackage(reference: JsonObject, part: Part, context: PackageContext): HclValue {
  const { node, module } = context;
  const place = `the package "${textOf(reference, "Name")}" of the step "${part.name}"`;
  return object({
    package_id: toPackageId(reference, part, context),
    feed_id: module.value(reference["FeedId"], node),
    acquisition_location: module.value(reference["AcquisitionLocation"], node),
    version: textOf(reference, "Version") || undefined,
    properties: toProperties(objectOf(reference, "Properties"), { node, module, place }),
  });
}

/** A variable, so that a copy may take another package. */
function toPackageId(reference: JsonObject, part: Part, { node, module, file }: PackageContext): HclValue | undefined {
  const id = reference["PackageId"];
  const name = textOf(reference, "Name");
  const variable = claimVariable(name, part, { node, module });
  if (typeof id !== "string") return module.value(id, node);
  const what = name === "" ? "the package" : `the package "${name}"`;
  const description = `The package id of ${what} of the step "${part.name}".`;
  return module.addVariable(file, { name: variable, description, default: id });
}

function claimVariable(name: string, part: Part, { node, module }: Omit<PackageContext, "file">): string {
  const owner = joinLabels(node.key.at(-1) ?? "");
  const suffix = name === "" ? "" : `_package_${joinLabels(name)}`;
  const wanted = `project_${owner}_step_${joinLabels(part.name)}${suffix}_packageid`;
  return module.claim("variable", wanted, targetId({ kind: "package", key: [...node.key, part.name, name] }));
}
