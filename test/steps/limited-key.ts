import { createApi } from "../api.ts";
import type { DeploymentStage } from "./deployment-stage.ts";

/** An API key of a user who may do nothing but these in the managed space. */
export async function createLimitedKey(
  { url, apiKey, downstreamId }: Pick<DeploymentStage, "url" | "apiKey" | "downstreamId">,
  permissions: string[],
): Promise<string> {
  const system = createApi({ url, apiKey }, "/api");
  const user = await system.post("/users", {
    Username: "limited",
    DisplayName: "Limited",
    Password: "Passw0rd!Passw0rd",
    IsService: false,
  });
  const role = await system.post("/userroles", {
    Name: "Some",
    GrantedSpacePermissions: permissions,
    GrantedSystemPermissions: [],
  });
  const team = await system.post("/teams", { Name: "Limited", SpaceId: downstreamId, MemberUserIds: [user.Id] });
  await system.post("/scopeduserroles", { TeamId: team.Id, UserRoleId: role.Id, SpaceId: downstreamId });
  return String((await system.post(`/users/${user.Id}/apikeys`, { Purpose: "test" }))["ApiKey"]);
}
