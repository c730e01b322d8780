import type { Resource } from "../model/collection.ts";
import { textOf, type Fields } from "../model/fields.ts";
import { actionTemplates } from "./actiontemplates.ts";
import { createCrud } from "./crud.ts";
import { badRequest, notFound, type Call, type Route } from "./route.ts";

/** The community library's templates. The library is on the internet, so the list is empty until somebody fills the model. */
export const communityActionTemplates = createCrud({
  kind: "communityactiontemplates",
  path: "/api/communityactiontemplates",
  itemType: "CommunityActionTemplate",
  noun: "community step template",
  fields: {},
  links: (self) => ({
    Installation: `${self}/installation/{spaceId}`,
    InstalledTemplate: `${self}/actiontemplate/{spaceId}`,
    Logo: `${self}/logo`,
  }),
  without: ["all", "create", "replace", "delete"],
});

export const communityActionTemplateRoutes: Route[] = [
  ...communityActionTemplates.routes,
  {
    method: "GET",
    path: "/api/communityactiontemplates/{id}/actiontemplate",
    handle: (call) => ({ body: installedTemplate(call) }),
  },
  {
    method: "GET",
    path: "/api/communityactiontemplates/{id}/actiontemplate/{target}",
    handle: (call) => ({ body: installedTemplate(inTarget(call)) }),
  },
  {
    method: "POST",
    path: "/api/communityactiontemplates/{id}/installation/{target}",
    handle: (call) => install(inTarget(call)),
  },
  {
    method: "PUT",
    path: "/api/communityactiontemplates/{id}/installation/{target}",
    handle: (call) => ({ body: update(inTarget(call)) }),
  },
];

/** The space to install to is the last segment of the path. */
function inTarget(call: Call): Call {
  const space = call.model.collection("spaces").find(call.params["target"] ?? "");
  if (space === undefined) throw notFound();
  return { ...call, space };
}

/** The answer's id is that of the new step template (the Terraform provider reads it next). */
function install(call: Call): { status: number; body: unknown } {
  const community = communityActionTemplates.find(call.params["id"] ?? "", call);
  // Assumed: a template is installed once in a space.
  if (findInstalled(call, community) !== undefined)
    throw badRequest(`The community step template '${textOf(community, "Name")}' is already installed.`);
  return { status: 201, body: actionTemplates.show(actionTemplates.create(templateFrom(community), call), call) };
}

function update(call: Call): Fields {
  const community = communityActionTemplates.find(call.params["id"] ?? "", call);
  const installed = findInstalled(call, community);
  if (installed === undefined) throw notFound();
  const body = { ...templateFrom(community), Version: installed["Version"] };
  return actionTemplates.show(actionTemplates.replace(installed, body, { ...call, body }), call);
}

function installedTemplate(call: Call): Fields {
  const installed = findInstalled(call, communityActionTemplates.find(call.params["id"] ?? "", call));
  if (installed === undefined) throw notFound();
  return actionTemplates.show(installed, call);
}

function findInstalled(call: Call, community: Resource): Resource | undefined {
  return call.model
    .collection("actiontemplates")
    .listInSpace(call.space.Id, (template) => template["CommunityActionTemplateId"] === community.Id)[0];
}

function templateFrom(community: Resource): Fields {
  return {
    Name: community["Name"],
    Description: community["Description"],
    ActionType: community["Type"] ?? community["ActionType"],
    Properties: structuredClone(community["Properties"]),
    Parameters: structuredClone(community["Parameters"]),
    Packages: structuredClone(community["Packages"]),
    CommunityActionTemplateId: community.Id,
  };
}
