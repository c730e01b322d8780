import { textOf } from "../model/json.ts";
import { nameField, type ResourceKind } from "./resource-kind.ts";

/** A copied trigger arrives disabled, and whether it is enabled belongs to the people downstream from then on. */
export const projectTrigger: ResourceKind = {
  id: "projectTrigger",
  label: "trigger",
  idPrefix: "ProjectTriggers",
  ownedBy: ["project"],
  list: (space, owner) => space.list(`/projects/${owner?.Id ?? ""}/triggers`),
  read: (space, { Id }) => space.get(`/projecttriggers/${Id}`),
  create: (space, body, owner) =>
    space.post("/projecttriggers", { ...body, IsDisabled: true, ProjectId: owner?.Id ?? "" }),
  update: (space, current, body) =>
    space.put(`/projecttriggers/${current.Id}`, { ...body, ProjectId: textOf(current, "ProjectId") }),
  nameOf: nameField,
  serverMade: ["ProjectId"],
  createOnly: ["IsDisabled"],
};
