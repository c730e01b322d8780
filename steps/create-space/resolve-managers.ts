import { isSameName } from "../../lib/octopus/same-name.ts";
import { textOf } from "../../lib/model/json.ts";
import type { OctopusClient, OctopusDocument } from "../../lib/octopus/octopus-client.ts";
import { NotFoundError } from "../../lib/step/errors.ts";

export interface Managers {
  teams: string[];
  users: string[];
}

/**
 * Ids for what may be names. The key's own user is among the managers when nobody else is named.
 * @throws {@link NotFoundError} that names every team and user that the instance does not have
 */
export async function resolveManagers(
  instance: OctopusClient,
  wanted: { managerTeams: string[]; managerUsers: string[] },
): Promise<Managers> {
  const teams = wanted.managerTeams.length === 0 ? [] : await instance.list("/teams", { includeSystem: true });
  const users = wanted.managerUsers.length === 0 ? [] : await instance.list("/users");
  const absent: string[] = [];
  const resolve = (names: string[], documents: OctopusDocument[], label: string, fields: string[]): string[] =>
    names.flatMap((name) => {
      const found = documents.find(
        (document) => document.Id === name || fields.some((field) => isSameName(textOf(document, field), name)),
      );
      if (found === undefined) absent.push(`the ${label} "${name}"`);
      return found === undefined ? [] : [found.Id];
    });
  const managers = {
    teams: resolve(wanted.managerTeams, teams, "team", ["Name"]),
    users: resolve(wanted.managerUsers, users, "user", ["Username", "EmailAddress"]),
  };
  if (absent.length > 0)
    throw new NotFoundError(
      `${instance.url} has no ${absent.map((entry) => entry.replace(/^the /, "")).join(", no ")}. Correct the space managers.`,
    );
  if (managers.teams.length + managers.users.length > 0) return managers;
  return { teams: [], users: [(await instance.get("/users/me")).Id] };
}
