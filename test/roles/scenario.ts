import { createApi } from "../api.ts";
import type { OctopusModel } from "../octopus-server/model/model.ts";

/** What a role grants, by the levels that Octopus knows. */
export interface Permissions {
  space: string[];
  system: string[];
}

/** On which side of a step a user signs in. */
export type Side = "management" | "managed";

export type Role = Partial<Record<Side, Permissions>>;

export interface RoleServer {
  model: OctopusModel;
  url: string;
  apiKey: string;
  /** Where the role is given; undefined where there is no space yet. */
  spaceId: string | undefined;
}

/** A step at work: made anew for each role that is tried. */
export interface Scene {
  servers: Partial<Record<Side, RoleServer>>;
  /**
   * Rejects with the step's error.
   * @param keys - of users who have the roles
   * @returns what the step had to say, which a missing permission may change without a failure
   */
  run(keys: Record<Side, string>): Promise<string[]>;
}

/** A new user who may do nothing but these. */
export async function addUser(
  server: RoleServer,
  { space, system }: Permissions,
  name: string,
): Promise<{ userId: string; key: string }> {
  const api = createApi(server, "/api");
  const user = await api.post("/users", { Username: name, DisplayName: name, Password: "Passw0rd!Passw0rd" });
  const grant = async (spaceId: string | null, more: Record<string, string[]>): Promise<void> => {
    const label = `${name} ${spaceId ?? "system"}`;
    const role = await api.post("/userroles", {
      Name: label,
      GrantedSpacePermissions: [],
      GrantedSystemPermissions: [],
      ...more,
    });
    const team = await api.post("/teams", { Name: label, SpaceId: spaceId, MemberUserIds: [user.Id] });
    await api.post("/scopeduserroles", { TeamId: team.Id, UserRoleId: role.Id, SpaceId: spaceId });
  };
  // A role without a permission lets nobody do anything, but a space show itself.
  if (server.spaceId !== undefined) await grant(server.spaceId, { GrantedSpacePermissions: space });
  if (system.length > 0) await grant(null, { GrantedSystemPermissions: system });
  const made = await api.post(`/users/${user.Id}/apikeys`, { Purpose: "roles" });
  return { userId: user.Id, key: String(made["ApiKey"]) };
}
