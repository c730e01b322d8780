import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { steps } from "../../steps/index.ts";
import { joinRoles, measureRole } from "./measure.ts";
import type { Role } from "./scenario.ts";
import { scenes } from "./scenes.ts";

const Permissions = z.strictObject({ space: z.array(z.string()), system: z.array(z.string()) });
const KnownRole = z.strictObject({ management: z.optional(Permissions), managed: z.optional(Permissions) });

// `npx vitest run test/roles -u` measures anew.
test.each(Object.keys(scenes))("the role for %s is enough, and no permission of it is too many", async (name) => {
  const file = join(import.meta.dirname, `../../lib/doctor/roles/${name}.json`);
  const known = existsSync(file) ? KnownRole.parse(JSON.parse(readFileSync(file, "utf8"))) : {};

  let role: Role = {};
  for (const start of scenes[name] ?? []) role = joinRoles(role, await measureRole(start, known));

  await expect(`${JSON.stringify(role, null, 2)}\n`).toMatchFileSnapshot(file);
});

test("every step has a role", () => {
  expect(Object.keys(scenes).toSorted()).toEqual(["install", ...Object.keys(steps)].toSorted());
});
