import { createHash } from "node:crypto";
import type { Resource } from "../model/collection.ts";
import { listOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { applyDelta, signatureOf } from "../model/octodiff.ts";
import { compareVersions } from "../model/versions.ts";
import { requirePermission } from "./access.ts";
import { recordDeed } from "./audit.ts";
import { pageOf } from "./paging.ts";
import { badRequest, notFound, Refusal, type Answer, type Call, type Route } from "./route.ts";

const path = "/api/{space}/packages";

/** The built-in feed's packages. Their contents are in the model's blobs under the id of their document. */
export const packagesRoutes: Route[] = [
  { method: "POST", path: `${path}/raw`, permission: "BuiltInFeedPush", handle: upload },
  { method: "GET", path, permission: "FeedView", handle: (call) => ({ body: list(call) }) },
  {
    method: "GET",
    path: `${path}/notes`,
    permission: "FeedView",
    handle: (call) => ({
      body: { Id: null, Packages: (call.query.list("packageIds") ?? []).map(notesOf) },
    }),
  },
  { method: "DELETE", path: `${path}/bulk`, permission: "BuiltInFeedAdminister", handle: removeMany },
  {
    method: "GET",
    path: `${path}/{id}`,
    permission: "FeedView",
    handle: (call) => ({ body: showOne(find(call), call) }),
  },
  {
    method: "DELETE",
    path: `${path}/{id}`,
    permission: "BuiltInFeedAdminister",
    handle: (call) => remove(find(call), call),
  },
  { method: "GET", path: `${path}/{id}/raw`, permission: "BuiltInFeedDownload", handle: download },
  {
    method: "GET",
    path: `${path}/{packageId}/{version}/delta-signature`,
    permission: "BuiltInFeedPush",
    handle: (call) => ({ body: deltaSignature(call) }),
  },
  { method: "POST", path: `${path}/{packageId}/{version}/delta`, permission: "BuiltInFeedPush", handle: uploadDelta },
];

/** The newest package of an id in a space's built-in feed, or the one with this version. */
function list(call: Call): Fields {
  const { query } = call;
  const wantedId = (query.get("nuGetPackageId") ?? "").toLowerCase();
  const filter = (query.get("filter") ?? "").toLowerCase();
  const matching = call.model
    .collection("packages")
    .listInSpace(
      call.space.Id,
      (item) =>
        (wantedId === "" || textOf(item, "PackageId").toLowerCase() === wantedId) &&
        textOf(item, "PackageId").toLowerCase().includes(filter),
    )
    .toSorted((a, b) => compareIds(a, b) || compareVersions(textOf(b, "Version"), textOf(a, "Version")));
  // Docs, packages: a filter gives the latest versions alone.
  const latest = query.get("latest")?.toLowerCase() === "true" || filter !== "";
  const shown = latest
    ? matching.filter((item, index) => index === 0 || compareIds(item, matching[index - 1] ?? item) !== 0)
    : matching;
  return pageOf(shown, call, {
    itemType: "Package",
    path: `/api/${call.space.Id}/packages`,
    show: (item) => show(item, call),
  });
}

function compareIds(a: Fields, b: Fields): number {
  const [left, right] = [textOf(a, "PackageId").toLowerCase(), textOf(b, "PackageId").toLowerCase()];
  return left < right ? -1 : Number(left > right);
}

/** Also found by `PackageId.Version`, as documents of older servers are named. */
function find(call: Call): Resource {
  const id = call.params["id"] ?? "";
  const inSpace = call.model
    .collection("packages")
    .listInSpace(
      call.space.Id,
      (item) => item.Id === id || `packages-${textOf(item, "PackageId")}.${textOf(item, "Version")}` === id,
    );
  const found = inSpace[0];
  if (found === undefined) throw notFound();
  return found;
}

function show(item: Fields, call: Call): Fields {
  const self = `/api/${call.space.Id}/packages/${textOf(item, "Id")}`;
  const information = call.model
    .collection("buildinformation")
    .listInSpace(
      call.space.Id,
      (candidate) =>
        textOf(candidate, "PackageId").toLowerCase() === textOf(item, "PackageId").toLowerCase() &&
        candidate["Version"] === item["Version"],
    )[0];
  const { SpaceId: _, ...shown } = item;
  return {
    ...shown,
    PackageVersionBuildInformation: information === undefined ? null : buildInformationOf(information),
    Links: { Self: self, Raw: `${self}/raw` },
  };
}

/** The page of one package does not say what lists and uploads do. */
function showOne(item: Resource, call: Call): Fields {
  const { Hash: _, PackageSizeBytes: __, ...shown } = show(item, call);
  return shown;
}

function buildInformationOf(stored: Fields): Fields {
  const { SpaceId: _, ...information } = stored;
  const withLink = (item: Fields): Fields => ({ LinkUrl: null, ...item });
  return { ...information, Commits: listOf(information, "Commits").map(withLink) };
}

/** `feed/id/version` is how clients ask (assumed); nothing is known of release notes here. */
function notesOf(asked: string): Fields {
  const [version = "", packageId = "", feedId = ""] = asked.split("/").toReversed();
  return packageId === ""
    ? { FeedId: null, PackageId: version, Version: null, Notes: null }
    : { FeedId: feedId, PackageId: packageId, Version: version, Notes: null };
}

async function upload(call: Call): Promise<Answer> {
  const file = await readFile(call);
  return keep(call, { name: parseFileName(file.name), bytes: new Uint8Array(await file.arrayBuffer()) });
}

/** Source: go-octopusdeploy; a 404 says that there is nothing to compare with, and the client sends the whole file. */
function deltaSignature({ model, space, params }: Call): Fields {
  const packageId = (params["packageId"] ?? "").toLowerCase();
  const versions = model
    .collection("packages")
    .listInSpace(space.Id, (item) => textOf(item, "PackageId").toLowerCase() === packageId)
    .toSorted((a, b) => compareVersions(textOf(b, "Version"), textOf(a, "Version")));
  const bytes = model.blobs.get(versions[0]?.Id ?? "");
  if (versions[0] === undefined || bytes === undefined) throw notFound();
  return { Signature: signatureOf(bytes).toString("base64"), BaseVersion: versions[0]["Version"] };
}

async function uploadDelta(call: Call): Promise<Answer> {
  const file = await readFile(call);
  const base = findSame(call, {
    packageId: call.params["packageId"] ?? "",
    version: call.params["version"] ?? "",
  });
  const old = call.model.blobs.get(base?.Id ?? "");
  if (old === undefined) throw notFound();
  const bytes = applyDelta(old, new Uint8Array(await file.arrayBuffer()));
  // Assumed: status and sentence.
  if (bytes === undefined) throw badRequest("The delta does not fit the package that it is to change.");
  return keep(call, { name: parseFileName(file.name), bytes: new Uint8Array(bytes) });
}

function keep(call: Call, { name, bytes }: { name: PackageName; bytes: Uint8Array<ArrayBuffer> }): Answer {
  const mode = overwriteMode(call);
  const known = findSame(call, name);
  if (known !== undefined && mode === "IgnoreIfExists") return { body: uploaded(known, call) };
  if (known !== undefined && mode === "FailIfExists") throw alreadyExists();
  if (known !== undefined) requirePermission(call, "BuiltInFeedAdminister", { kind: "packages", resource: known });
  const fields = describePackage(call, { name, bytes });
  const collection = call.model.collection("packages");
  const stored =
    known === undefined ? collection.add({ Id: freeId(call, name), ...fields }) : collection.replace(known.Id, fields);
  call.model.blobs.set(stored.Id, bytes);
  recordDeed(call, stored, {
    category: "Created",
    message: `Package ${name.packageId} ${name.version} was pushed to the built-in feed`,
  });
  return { status: 201, body: uploaded(stored, call) };
}

/** The first part that is a file: Go's client calls it `file`, api-client `fileToUpload`. */
async function readFile({ request }: Call): Promise<File> {
  const form = await request.formData().catch(() => undefined);
  for (const [, value] of form ?? []) if (typeof value !== "string") return value;
  // Assumed: status and sentence.
  throw badRequest("Please send one package as multipart form data.");
}

interface PackageName {
  packageId: string;
  version: string;
  extension: string;
}

/** Source: docs, package ids and versions; a name that has none is refused (the sentence is assumed). */
function parseFileName(fileName: string): PackageName {
  const match =
    /^(\w+(?:[_.-]\w+)*?)\.(v?\d+(?:\.\d+){0,3}(?:[-_][0-9A-Za-z.\-_]+?)?(?:\+[0-9A-Za-z.\-_]+?)?)(\.tar\.gz|\.tar\.bz2|\.tgz|\.tar|\.zip|\.nupkg|\.jar|\.war|\.ear|\.rar)$/i.exec(
      fileName,
    );
  if (match === null)
    throw badRequest(
      `The file name '${fileName}' does not consist of a package id, a version and an extension that is known, such as Web.1.0.0.zip.`,
    );
  const [, packageId = "", version = "", extension = ""] = match;
  return { packageId, version, extension: extension.toLowerCase() };
}

function overwriteMode({ query }: Call): string {
  const mode = query.get("overwriteMode");
  const modes = ["FailIfExists", "OverwriteExisting", "IgnoreIfExists"];
  if (mode === undefined || mode === "")
    return query.get("replace")?.toLowerCase() === "true" ? "OverwriteExisting" : "FailIfExists";
  const known = modes.find((candidate) => candidate.toLowerCase() === mode.toLowerCase());
  // Source: the docs list these modes; the sentence is assumed.
  if (known === undefined) throw badRequest(`The overwrite mode '${mode}' is not valid.`);
  return known;
}

function findSame(
  { model, space }: Call,
  { packageId, version }: { packageId: string; version: string },
): Resource | undefined {
  return model
    .collection("packages")
    .listInSpace(
      space.Id,
      (item) => textOf(item, "PackageId").toLowerCase() === packageId.toLowerCase() && item["Version"] === version,
    )[0];
}

/** Source: the sentence is asserted by the tests of api-client and go-octopusdeploy; the status 409 is assumed. */
function alreadyExists(): Refusal {
  const reason = "A package with the same name and version already exists and cannot be replaced without saying so.";
  return new Refusal(409, reason, [reason]);
}

/** `packages-Web.1.0.0`; ids are the server's, so another space's package of that name gets a number at its end. */
function freeId({ model }: Call, { packageId, version }: PackageName): string {
  const base = `packages-${packageId}.${version}`;
  let id = base;
  for (let count = 1; model.collection("packages").find(id) !== undefined; count++) id = `${base}-${count}`;
  return id;
}

function describePackage(call: Call, { name, bytes }: { name: PackageName; bytes: Uint8Array }): Fields {
  const feed = call.model
    .collection("feeds")
    .listInSpace(call.space.Id, (candidate) => candidate["FeedType"] === "BuiltIn")[0];
  const feedId = feed?.Id ?? "feeds-builtin";
  return {
    SpaceId: call.space.Id,
    PackageId: name.packageId,
    NuGetPackageId: name.packageId,
    FeedId: feedId,
    NuGetFeedId: feedId,
    Version: name.version,
    Title: name.packageId,
    Summary: null,
    Description: "",
    FileExtension: name.extension,
    PackageSizeBytes: bytes.byteLength,
    Hash: createHash("sha1").update(bytes).digest("hex"),
    Published: call.model.now().toISOString(),
    ReleaseNotes: null,
  };
}

function uploaded(item: Resource, call: Call): Fields {
  return show(item, call);
}

function download(call: Call): Answer {
  const item = find(call);
  const bytes = call.model.blobs.get(item.Id);
  if (bytes === undefined) throw notFound();
  const fileName = `${textOf(item, "PackageId")}.${textOf(item, "Version")}${textOf(item, "FileExtension")}`;
  return {
    body: bytes,
    contentType: "application/octet-stream",
    headers: { "content-disposition": `attachment; filename="${fileName}"` },
  };
}

function remove(item: Resource, call: Call): Answer {
  const { model } = call;
  model.collection("packages").remove(item.Id);
  model.blobs.delete(item.Id);
  recordDeed(call, item, {
    category: "Deleted",
    message: `Package ${textOf(item, "PackageId")} ${textOf(item, "Version")} was deleted`,
  });
  return { body: {} };
}

function removeMany(call: Call): Answer {
  const ids = textsOf({ ids: call.query.list("ids") ?? [] }, "ids");
  for (const item of call.model
    .collection("packages")
    .listInSpace(call.space.Id, (candidate) => ids.includes(candidate.Id)))
    remove(item, call);
  return { body: {} };
}
