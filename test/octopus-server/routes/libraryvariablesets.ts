import { listOf, numberOf, textOf, type Fields } from "../model/fields.ts";
import { normalizeParameters, repeatedNames } from "../model/parameters.ts";
import { removeWithSnapshots } from "../model/snapshots.ts";
import { createCrud } from "./crud.ts";
import { badRequest, type Route } from "./route.ts";
import { whyUsed } from "./usage.ts";
import { addVariableSet } from "./variables.ts";

const libraryVariableSets = createCrud({
  kind: "libraryvariablesets",
  path: "/api/{space}/libraryvariablesets",
  itemType: "LibraryVariableSet",
  noun: "library variable set",
  fields: { Name: "", Description: "", ContentType: "Variables", Templates: [] },
  naming: { uniqueWithin: ["ContentType"], slugs: false },
  kept: ["VariableSetId"],
  validate: checkTemplates,
  defaults: (fields, _call, stored) => ({
    Templates: normalizeParameters(fields["Templates"], listOf(stored ?? {}, "Templates")),
    Version: stored === undefined ? 0 : numberOf(stored, "Version") + 1,
  }),
  saved: (library, { model }, stored) => {
    if (stored !== undefined) return;
    const set = addVariableSet(model, library);
    model.collection("libraryvariablesets").replace(library.Id, { ...library, VariableSetId: set.Id });
  },
  inUse: (library, call) => whyUsed(library, call, ["projects"]),
  removed: (library, { model }) => {
    removeWithSnapshots(model, "variablesets", textOf(library, "VariableSetId"));
    for (const value of model.collection("tenantvariables").list((stored) => stored["OwnerId"] === library.Id))
      model.collection("tenantvariables").remove(value.Id);
  },
  filters: { contentType: (library, value) => textOf(library, "ContentType").toLowerCase() === value.toLowerCase() },
  links: (_self, library) => ({ Variables: `/api/${textOf(library, "SpaceId")}/variables/variableset-${library.Id}` }),
  permissions: {
    view: "LibraryVariableSetView",
    create: "LibraryVariableSetCreate",
    edit: "LibraryVariableSetEdit",
    delete: "LibraryVariableSetDelete",
  },
});

/** Library variable sets; script modules are those whose content type says so. */
export const libraryVariableSetsRoutes: Route[] = [
  ...libraryVariableSets.routes,
  {
    method: "GET",
    path: "/api/{space}/libraryvariablesets/{id}/usages",
    handle: (call) => {
      const library = libraryVariableSets.find(call.params["id"] ?? "", call);
      const projects = call.model
        .collection("projects")
        .listInSpace(call.space.Id, (project) =>
          JSON.stringify(project["IncludedLibraryVariableSetIds"] ?? []).includes(JSON.stringify(library.Id)),
        );
      return {
        body: {
          Projects: projects.map(({ Id, Name, Slug }) => ({
            ProjectId: Id,
            ProjectName: Name,
            ProjectSlug: Slug,
            IsCurrentlyBeingUsedInProject: true,
            Releases: [],
            RunbookSnapshots: [],
          })),
          CountOfProjectsUserCannotSee: 0,
          CountOfReleasesUserCannotSee: 0,
          CountOfRunbookSnapshotsUserCannotSee: 0,
        },
      };
    },
  },
];

function checkTemplates(fields: Fields): void {
  const type = textOf(fields, "ContentType");
  // Source: go-octopusdeploy knows these two; the sentence is assumed.
  if (type !== "Variables" && type !== "ScriptModule") throw badRequest(`The content type '${type}' is not valid.`);
  const templates = listOf(fields, "Templates");
  // Assumed: as parameters of step templates, names are required and differ.
  if (templates.some((template) => textOf(template, "Name").trim() === ""))
    throw badRequest("Please provide a name for each variable template.");
  const repeated = repeatedNames(templates);
  if (repeated.length > 0) throw badRequest(`There is more than one variable template named '${repeated[0]}'.`);
}
