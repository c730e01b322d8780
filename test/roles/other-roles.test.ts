import { expect, test } from "vitest";
import { listHalf, pathOfRole, renderMeasured } from "./written-roles.ts";

test.each(listHalf(1))("the role for %s is enough, and no permission of it is too many", async (name) => {
  await expect(await renderMeasured(name)).toMatchFileSnapshot(pathOfRole(name));
});
