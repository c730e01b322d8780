import { forget } from "../model/forget.ts";
import { createCrud } from "./crud.ts";
import { since } from "./route.ts";

/**
 * Parents of ephemeral environments (docs, parent environments). octoterra asks for each environment here, too, and ends its export
 * unless that is a 404.
 */
export const parentEnvironments = createCrud({
  kind: "parentenvironments",
  path: "/api/{space}/parentEnvironments",
  itemType: "ParentEnvironment",
  noun: "parent environment",
  fields: {
    Name: "",
    Description: "",
    SortOrder: 0,
    UseGuidedFailure: false,
    AutomaticDeprovisioningRule: null,
  },
  brief: ["create"],
  sortBy: "SortOrder",
  naming: { maxLength: 50 },
  // Assumed: what is scoped to one forgets it, as with other environments.
  removed: (gone, { model, space }) => forget(model, { id: gone.Id, spaceId: space.Id }),
  permissions: {
    view: "EnvironmentView",
    create: "EnvironmentCreate",
    edit: "EnvironmentEdit",
    delete: "EnvironmentDelete",
  },
  // Source: go-octopusdeploy lists them by `environments/v2?type=Parent`; there is no list of their own.
  without: ["list", "all"],
});

// Source: Octopus's issue 9631, and go-octopusdeploy of October 2025.
export const parentEnvironmentsRoutes = since("2025.4", parentEnvironments.routes);
