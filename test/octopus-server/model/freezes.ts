import type { Resource } from "./collection.ts";
import { fieldsOf, listOf, textOf, textsOf } from "./fields.ts";
import type { OctopusModel } from "./model.ts";

export interface FreezeScope {
  project: Resource;
  environment: Resource;
  tenant: Resource | undefined;
  time: Date;
}

/** The deployment freezes that hold at a time (docs, deployment freezes: scope is project and environment, and perhaps tenant). */
export function activeFreezes(model: OctopusModel, scope: FreezeScope): Resource[] {
  return model.collection("deploymentfreezes").list((freeze) => isWithin(freeze, scope.time) && isMeant(freeze, scope));
}

function isWithin(freeze: Resource, time: Date): boolean {
  return Date.parse(textOf(freeze, "Start")) <= time.getTime() && time.getTime() < Date.parse(textOf(freeze, "End"));
}

function isMeant(freeze: Resource, { project, environment, tenant }: FreezeScope): boolean {
  if (textsOf(fieldsOf(freeze, "ProjectEnvironmentScope"), project.Id).includes(environment.Id)) return true;
  return listOf(freeze, "TenantProjectEnvironmentScope").some(
    (scope) =>
      scope["TenantId"] === tenant?.Id &&
      scope["ProjectId"] === project.Id &&
      scope["EnvironmentId"] === environment.Id,
  );
}
