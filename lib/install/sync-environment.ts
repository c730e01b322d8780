import { objectsOf, textsOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import type { Installer } from "./installer.ts";

export interface SyncEnvironment {
  environment: OctopusDocument;
  lifecycle: OctopusDocument;
}

/** The environment in which management runbooks run, and a lifecycle of it alone for the projects that have nothing else to do. */
export async function ensureSyncEnvironment(installer: Installer): Promise<SyncEnvironment> {
  const environment = await installer.ensure({
    label: "environment",
    collection: "environments",
    name: "Sync",
    create: { Description: "Where the runbooks run that look after the managed spaces." },
  });
  const lifecycle = await installer.ensure({
    label: "lifecycle",
    collection: "lifecycles",
    name: "Sync",
    create: { Description: "For projects that only manage spaces.", Phases: [phaseOf(environment.Id)] },
    update(current): JsonObject {
      const isThere = objectsOf(current, "Phases").some((phase) =>
        [...textsOf(phase, "OptionalDeploymentTargets"), ...textsOf(phase, "AutomaticDeploymentTargets")].includes(
          environment.Id,
        ),
      );
      return isThere ? {} : { Phases: [...objectsOf(current, "Phases"), phaseOf(environment.Id)] };
    },
  });
  return { environment, lifecycle };
}

function phaseOf(environmentId: string): JsonObject {
  return {
    Name: "Sync",
    OptionalDeploymentTargets: [environmentId],
    AutomaticDeploymentTargets: [],
    MinimumEnvironmentsBeforePromotion: 0,
    IsOptionalPhase: false,
  };
}
