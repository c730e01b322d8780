import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { step as reportFleet } from "../../steps/report-fleet/step.ts";
import { createStepContext } from "../step/create-step-context.ts";
import { publish } from "./deployment-stage.ts";
import { startRehearsals } from "./rehearsal-stage.ts";

test("a copy that uses a feed, teams, tags, a step template and library sets takes at most 12 requests, alone in its space", async () => {
  const stage = await startRehearsals();
  const space = await stage.addSpace("Africa");
  await stage.deployTo(space, await publish(stage, "1.0.0"));
  const before = stage.server.requests.length;

  const look = createStepContext({
    step: reportFleet,
    parameters: {
      managementServerUrl: stage.url,
      managementApiKey: stage.apiKey,
      managementSpaceId: "Spaces-1",
    },
    workingDirectory: mkdtempSync(join(tmpdir(), "fleet-")),
  });
  await look.run();

  const asked = stage.server.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
  const own = asked.filter((request) => request.includes(`/${space.id}/`));
  expect(look.outputs).toMatchObject({ Behind: "0", Conflicts: "0", Offline: "0" });
  expect(own.length).toBeLessThanOrEqual(3 + 12);
  expect(new Set(own).size).toBe(own.length);
});
