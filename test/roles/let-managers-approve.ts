import type { JsonObject } from "../../lib/model/json.ts";
import type { Api } from "../api.ts";
import type { DeploymentStage } from "../steps/deployment-stage.ts";
import { changeSteps, processPath } from "../steps/project-edits.ts";

/** Has a team of the template's own space approve, which the other space has as well: that team has to be looked up. */
export async function letManagersApprove({ upstream, project }: DeploymentStage, other: Api): Promise<void> {
  const team = await upstream.post("/teams", { Name: "Release Managers", MemberUserIds: [] });
  await other.post("/teams", { Name: "Release Managers", MemberUserIds: [] });
  await changeSteps(upstream, processPath(project.Id), (steps) => steps.map((step) => approvedBy(step, team.Id)));
}

function approvedBy(step: JsonObject, team: string): JsonObject {
  return JSON.parse(JSON.stringify(step).replace("teams-everyone", team));
}
