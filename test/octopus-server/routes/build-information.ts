import type { Resource } from "../model/collection.ts";
import { fieldsOf, propertyOf, textOf, type Fields } from "../model/fields.ts";
import { compareVersions } from "../model/versions.ts";
import { requireBody } from "./binding.ts";
import { createCrud } from "./crud.ts";
import { badRequest, Refusal, type Answer, type Call, type Route } from "./route.ts";

const path = "/api/{space}/build-information";

const buildInformation = createCrud({
  kind: "buildinformation",
  path,
  itemType: "BuildInformation",
  noun: "build information",
  fields: {
    PackageId: "",
    Version: "",
    BuildEnvironment: "",
    BuildNumber: "",
    BuildUrl: "",
    Branch: "",
    VcsType: "",
    VcsRoot: "",
    VcsCommitNumber: "",
    VcsCommitUrl: "",
    Commits: [],
  },
  naming: { field: "PackageId", unique: false, slugs: false },
  defaults: (fields, call) => ({
    Created: call.model.now().toISOString(),
    WorkItems: [],
    IssueTrackerName: null,
    IncompleteDataWarning: null,
    Commits: fields["Commits"],
  }),
  filters: {
    packageId: (information, value) => textOf(information, "PackageId").toLowerCase() === value.toLowerCase(),
    partialPackageId: (information, value) =>
      textOf(information, "PackageId").toLowerCase().includes(value.toLowerCase()),
    // Source: docs, build information: "a version to look for"; the CLI's help says that a part of it does.
    filter: (information, value) => textOf(information, "Version").toLowerCase().includes(value.toLowerCase()),
    latest: (information, value, call) => value.toLowerCase() !== "true" || isLatest(information, call),
  },
  permissions: { delete: "BuildInformationAdminister" },
  without: ["all", "create", "replace"],
});

export const buildInformationRoutes: Route[] = [
  { method: "POST", path, permission: "BuildInformationPush", handle: push },
  { method: "DELETE", path: `${path}/bulk`, permission: "BuildInformationAdminister", handle: removeMany },
  ...buildInformation.routes,
];

function isLatest(information: Resource, { model, space }: Call): boolean {
  const { PackageId: packageId } = information;
  return model
    .collection("buildinformation")
    .listInSpace(space.Id, (other) => other["PackageId"] === packageId)
    .every((other) => compareVersions(textOf(other, "Version"), textOf(information, "Version")) <= 0);
}

function push(call: Call): Answer {
  const sent = requireBody(call.body);
  const [packageId, version] = [String(propertyOf(sent, "PackageId") ?? ""), String(propertyOf(sent, "Version") ?? "")];
  // Source: docs, build information: it belongs to one package version; the sentence is assumed.
  if (packageId === "" || version === "") throw badRequest("Please provide a package id and a version.");
  const mode = String(
    call.query.get("overwriteMode") || propertyOf(sent, "OverwriteMode") || "FailIfExists",
  ).toLowerCase();
  const known = call.model
    .collection("buildinformation")
    .listInSpace(call.space.Id, (item) => item["PackageId"] === packageId && item["Version"] === version)[0];
  if (known !== undefined && mode === "ignoreifexists") return { body: buildInformation.show(known, call) };
  // Source: the sentence is asserted by the tests of api-client; the status 409 is assumed.
  if (known !== undefined && mode !== "overwriteexisting") {
    const reason = "Metadata for the specified Package ID and version already exists.";
    throw new Refusal(409, reason, [reason]);
  }
  const fields: Fields = {
    ...fieldsOf({ Value: propertyOf(sent, "OctopusBuildInformation") }, "Value"),
    PackageId: packageId,
    Version: version,
  };
  const stored =
    known === undefined ? buildInformation.create(fields, call) : buildInformation.replace(known, fields, call);
  return { status: known === undefined ? 201 : 200, body: buildInformation.show(stored, call) };
}

function removeMany(call: Call): Answer {
  for (const id of call.query.list("ids") ?? []) buildInformation.remove(buildInformation.find(id, call), call);
  return { body: {} };
}
