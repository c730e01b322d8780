import { objectOf, objectsOf, type JsonObject } from "../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { awkward } from "./kind-story.ts";

/** A project in the space's first group, with its first lifecycle, unless something else is said. */
export async function makeProject(space: OctopusSpace, fields: JsonObject = {}): Promise<OctopusDocument> {
  const [[group], [lifecycle]] = await Promise.all([space.list("/projectgroups"), space.list("/lifecycles")]);
  return space.post("/projects", {
    Name: awkward("Web"),
    ProjectGroupId: group?.Id ?? "",
    LifecycleId: lifecycle?.Id ?? "",
    ...fields,
  });
}

/** Gives a project a process of one step. */
export async function giveStep(
  space: OctopusSpace,
  project: OctopusDocument,
  action: JsonObject,
): Promise<OctopusDocument> {
  const path = `/projects/${project.Id}/deploymentprocesses`;
  const process = await space.get(path);
  const name = String(action["Name"]);
  const step = {
    Name: name,
    Properties: {},
    Condition: "Success",
    StartTrigger: "StartAfterPrevious",
    Actions: [withMirrors(action)],
  };
  return space.put(path, { ...process, Steps: [step] });
}

/** As the portal writes it: what the primary package is stands in properties, too. */
function withMirrors(action: JsonObject): JsonObject {
  const [primary] = objectsOf(action, "Packages").filter(({ Name }) => Name === "");
  if (primary === undefined) return action;
  const mirrors = {
    "Octopus.Action.Package.PackageId": primary["PackageId"] ?? "",
    "Octopus.Action.Package.FeedId": primary["FeedId"] ?? "",
    "Octopus.Action.Package.DownloadOnTentacle": "False",
  };
  return { ...action, Properties: { ...mirrors, ...objectOf(action, "Properties") } };
}

export async function makeRunbook(
  space: OctopusSpace,
  project: OctopusDocument,
  name: string,
): Promise<OctopusDocument> {
  const RunRetentionPolicy = { Strategy: "Count", QuantityToKeep: 5, ShouldKeepForever: false, Unit: "Items" };
  return space.post("/runbooks", { ProjectId: project.Id, Name: awkward(name), RunRetentionPolicy });
}
