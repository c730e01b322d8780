import { listOf, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { Resource } from "../model/collection.ts";
import { toSlug } from "../model/slugs.ts";
import { requireBody } from "./binding.ts";
import { badRequest, notFound, type Call, type Route } from "./route.ts";

const hub = "/api/platformhub";

/**
 * Blocks of steps that the server's Platform Hub shares with spaces (docs, api/_generated/process-templates and platform-hub). What is
 * in the hub's repository is one document here, whatever the branch.
 */
export const processTemplateRoutes: Route[] = [
  { method: "POST", path: `${hub}/{gitRef}/processtemplates`, permission: "PlatformHubEdit", handle: create },
  {
    method: "GET",
    path: `${hub}/{gitRef}/processtemplates/{slug}`,
    permission: "PlatformHubView",
    handle: (call) => ({ body: show(templateOf(call)) }),
  },
  { method: "PUT", path: `${hub}/{gitRef}/processtemplates/{slug}`, permission: "PlatformHubEdit", handle: replace },
  {
    method: "POST",
    path: `${hub}/{gitRef}/processtemplates/{slug}/versions`,
    permission: "PlatformHubEdit",
    handle: publish,
  },
  {
    method: "POST",
    path: `${hub}/{gitRef}/processtemplates/{slug}/share`,
    permission: "PlatformHubEdit",
    handle: share,
  },
  {
    method: "GET",
    path: `${hub}/processtemplates/{slug}/share`,
    permission: "PlatformHubView",
    handle: (call) => ({ body: showSharing(templateOf(call)) }),
  },
  {
    method: "GET",
    path: `${hub}/processtemplates/{slug}/versions`,
    permission: "PlatformHubView",
    handle: (call) => ({ body: listVersions(call) }),
  },
  {
    method: "GET",
    path: `/api/{space}/processtemplates/{slug}/{versionMask}`,
    // Assumed: whoever may look at processes may look at what they stand for.
    permission: "ProcessView",
    handle: (call) => ({ body: sharedVersion(call) }),
  },
];

function create(call: Call): { status: number; body: Fields } {
  const sent = requireBody(call.body);
  const name = String(propertyOf(sent, "Name") ?? "");
  // Source: the same page: Name has at least one character; the sentence is assumed.
  if (name === "") throw badRequest("Please provide a value for Name.");
  const template = call.model.collection("processtemplates").add({
    Name: name,
    Slug: toSlug(name),
    Description: String(propertyOf(sent, "Description") ?? ""),
    GitRef: call.params["gitRef"] ?? "",
    Icon: null,
    Parameters: [],
    Steps: [],
    Versions: [],
    SharedToAllSpaces: false,
    IndividuallySharedSpaceIds: [],
  });
  return { status: 201, body: show(template) };
}

function replace(call: Call): { body: Fields } {
  const sent = requireBody(call.body);
  const template = templateOf(call);
  for (const field of ["Name", "Description", "Icon", "Parameters", "Steps"])
    if (propertyOf(sent, field) !== undefined) template[field] = propertyOf(sent, field);
  return { body: show(template) };
}

function publish(call: Call): { status: number; body: Fields } {
  const template = templateOf(call);
  const version = String(propertyOf(requireBody(call.body), "Version") ?? "");
  // Source: the same page: a semantic version; the sentence is assumed.
  if (!/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version))
    throw badRequest(`The version '${version}' is not a semantic version.`);
  const { Versions: _, SharedToAllSpaces: _all, IndividuallySharedSpaceIds: _some, ...content } = template;
  const published = {
    ...content,
    Id: `ProcessTemplateVersion-${listOf(template, "Versions").length + 1}`,
    Version: version,
    IsPreRelease: version.includes("-"),
    PublishedDate: call.model.now().toISOString(),
    GitCommit: "",
  };
  template["Versions"] = [...listOf(template, "Versions"), published];
  return { status: 201, body: published };
}

function share(call: Call): { body: Fields } {
  const sent = requireBody(call.body);
  const template = templateOf(call);
  const before = textsOf(template, "IndividuallySharedSpaceIds");
  const ids = textsOf({ ids: propertyOf(sent, "IndividuallySharedSpaceIds") }, "ids");
  Object.assign(template, {
    SharedToAllSpaces: propertyOf(sent, "ShareToAllSpaces") === true,
    IndividuallySharedSpaceIds: ids,
  });
  return {
    body: { ...showSharing(template), IndividuallyUnsharedSpaceIds: before.filter((id) => !ids.includes(id)) },
  };
}

function listVersions(call: Call): Fields[] {
  const versions = listOf(templateOf(call), "Versions");
  const mask = call.query.get("versionMask");
  const [skip, take] = [call.query.number("skip") ?? 0, call.query.number("take") ?? 30];
  return versions
    .filter((version) => mask === undefined || fits(textOf(version, "Version"), mask))
    .slice(skip, skip + take);
}

/** The newest that fits, for a space that it is shared with. */
function sharedVersion(call: Call): Fields {
  const template = templateOf(call);
  const isShared =
    template["SharedToAllSpaces"] === true || textsOf(template, "IndividuallySharedSpaceIds").includes(call.space.Id);
  const newest = listOf(template, "Versions").findLast((version) =>
    fits(textOf(version, "Version"), call.params["versionMask"] ?? ""),
  );
  // Assumed: 404 for either.
  if (!isShared || newest === undefined) throw notFound();
  return { ProcessTemplate: show(template), ProcessTemplateVersion: newest["Version"] };
}

/** `1.X` fits every 1.2.3, `1.2.X` every 1.2, and a whole version itself (docs, platform-hub/templates/process-templates). */
function fits(version: string, mask: string): boolean {
  const parts = version.split(/[.-]/);
  return mask.split(".").every((part, index) => part.toUpperCase() === "X" || part === parts[index]);
}

function templateOf({ model, params }: Call): Resource {
  const [found] = model.collection("processtemplates").list((one) => one["Slug"] === params["slug"]);
  if (found === undefined) throw notFound();
  return found;
}

function show(template: Resource): Fields {
  const { Id, Name, Slug, Description, GitRef, Icon, Parameters, Steps } = template;
  return { Id, Name, Slug, Description, GitRef, Icon, Parameters, Steps };
}

function showSharing({ SharedToAllSpaces, IndividuallySharedSpaceIds }: Resource): Fields {
  return { SharedToAllSpaces, IndividuallySharedSpaceIds };
}
