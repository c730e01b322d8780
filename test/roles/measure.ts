import { StepError } from "../../lib/step/errors.ts";
import { spacePermissions, systemPermissions } from "../octopus-server/model/permission-names.ts";
import { addUser, type Permissions, type Role, type Scene, type Side } from "./scenario.ts";

const sides: readonly Side[] = ["management", "managed"];

/**
 * The fewest permissions with which the step does its work: taking any one away makes it fail, or do something else.
 * @param known - what is tried first; where it is not enough, all is measured anew
 */
export async function measureRole(start: () => Promise<Scene>, known: Role): Promise<Role> {
  const { asked, said } = await observe(start);
  let role = (await doesTheSame(start, known, said)) ? known : asked;
  for (const one of listAll(role)) {
    const smaller = without(role, one);
    if (await doesTheSame(start, smaller, said)) role = smaller;
  }
  return role;
}

/** What the server looks at while somebody does the work who may do everything, and is no administrator, whom it does not ask. */
async function observe(start: () => Promise<Scene>): Promise<{ asked: Role; said: string }> {
  const scene = await start();
  let asked: Role = {};
  const users = await addUsers(scene, () => ({ space: [...spacePermissions], system: [...systemPermissions] }));
  for (const { side, userId } of users)
    scene.servers[side]?.model.permissionAsked.add(({ userId: asking, permission }) => {
      if (asking === userId) asked = grant(asked, { side, level: levelOf(permission), permission });
    });
  return { said: comparable(await scene.run(keysOf(users))), asked };
}

async function doesTheSame(start: () => Promise<Scene>, role: Role, said: string): Promise<boolean> {
  const scene = await start();
  const users = await addUsers(scene, (side) => role[side] ?? { space: [], system: [] });
  try {
    return comparable(await scene.run(keysOf(users))) === said;
  } catch (error) {
    if (error instanceof StepError) return false;
    throw error;
  }
}

/** Ports, times, versions and commits differ from stage to stage. */
function comparable(said: readonly string[]): string {
  return said
    .join("\n")
    .replace(/[0-9a-f]{7,}/g, "0")
    .replace(/\d+/g, "0");
}

interface SideUser {
  side: Side;
  userId: string;
  key: string;
}

async function addUsers(scene: Scene, permissionsOf: (side: Side) => Permissions): Promise<SideUser[]> {
  const users: SideUser[] = [];
  for (const side of sides) {
    const server = scene.servers[side];
    if (server !== undefined) users.push({ side, ...(await addUser(server, permissionsOf(side), `robot ${side}`)) });
  }
  return users;
}

function keysOf(users: readonly SideUser[]): Record<Side, string> {
  const keys = { management: "", managed: "" };
  for (const { side, key } of users) keys[side] = key;
  return keys;
}

type Level = keyof Permissions;

function levelOf(permission: string): Level {
  return spacePermissions.includes(permission) ? "space" : "system";
}

interface Granted {
  side: Side;
  level: Level;
  permission: string;
}

function listAll(role: Role): Granted[] {
  return sides.flatMap((side) =>
    (["space", "system"] as const).flatMap((level) =>
      (role[side]?.[level] ?? []).map((permission) => ({ side, level, permission })),
    ),
  );
}

/** What either grants. */
export function joinRoles(one: Role, other: Role): Role {
  return listAll(other).reduce(grant, one);
}

function grant(role: Role, { side, level, permission }: Granted): Role {
  const present = role[side] ?? { space: [], system: [] };
  const all = new Set([...present[level], permission]);
  return { ...role, [side]: { ...present, [level]: [...all].toSorted() } };
}

function without(role: Role, { side, level, permission }: Granted): Role {
  const present = role[side] ?? { space: [], system: [] };
  return { ...role, [side]: { ...present, [level]: present[level].filter((one) => one !== permission) } };
}
