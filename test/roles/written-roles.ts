import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { joinRoles, measureRole } from "./measure.ts";
import type { Role } from "./scenario.ts";
import { scenes } from "./scenes.ts";

const Permissions = z.strictObject({ space: z.array(z.string()), system: z.array(z.string()) });
const KnownRole = z.strictObject({ management: z.optional(Permissions), managed: z.optional(Permissions) });

/** Where the role of a step is written down. */
export function pathOfRole(name: string): string {
  return join(import.meta.dirname, `../../lib/doctor/roles/${name}.json`);
}

/** The role as it is measured, in the form in which it is written down. */
export async function renderMeasured(name: string): Promise<string> {
  const file = pathOfRole(name);
  const known = existsSync(file) ? KnownRole.parse(JSON.parse(readFileSync(file, "utf8"))) : {};
  let role: Role = {};
  for (const start of scenes[name] ?? []) role = joinRoles(role, await measureRole(start, known));
  return `${JSON.stringify(role, null, 2)}\n`;
}

/** In two halves, which run side by side: each step is run once for each permission that it needs. */
export function listHalf(half: 0 | 1): string[] {
  return Object.keys(scenes).filter((_, index) => index % 2 === half);
}
