import { expect, test } from "vitest";
import { steps } from "../../steps/index.ts";
import { scenes } from "./scenes.ts";
import { listHalf, pathOfRole, renderMeasured } from "./written-roles.ts";

// `npx vitest run test/roles -u` measures anew.
test.each(listHalf(0))("the role for %s is enough, and no permission of it is too many", async (name) => {
  await expect(await renderMeasured(name)).toMatchFileSnapshot(pathOfRole(name));
});

test("every step has a role", () => {
  expect(Object.keys(scenes).toSorted()).toEqual(["install", ...Object.keys(steps)].toSorted());
});
