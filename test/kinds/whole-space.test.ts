import { expect, test } from "vitest";
import { startCarrying } from "./carry.ts";
import { stories as people } from "./stories/people.ts";
import { stories as projects } from "./stories/project.ts";
import { stories as tenants } from "./stories/tenant.ts";

test("projects that deploy each other, tenants of projects, roles for tenants and environments of lifecycles arrive together", async () => {
  const { upstream, downstream, read, bring, takeWrites } = await startCarrying();
  const [tenant] = tenants;
  const mutual = projects.find(({ what }) => what.startsWith("that deploys another"));
  const [team] = people;
  for (const space of [upstream, downstream]) await team?.prepare?.(space);
  for (const story of [tenant, mutual, team]) await story?.seed(upstream);
  const [environment] = await upstream.list("/environments");
  const [own] = await upstream.list("/tenants");
  const [deployers] = (await upstream.list("/teams")).filter(
    ({ SpaceId, CanBeDeleted }) => SpaceId === upstream.id && CanBeDeleted === true,
  );
  const [role] = (await upstream.server.list("/userroles")).filter(({ Name }) => Name === "Project viewer");
  const limits = { EnvironmentIds: [environment?.Id ?? ""], TenantIds: [own?.Id ?? ""] };
  await upstream.post("/scopeduserroles", { TeamId: deployers?.Id ?? "", UserRoleId: role?.Id ?? "", ...limits });
  const targets = [environment?.Id ?? ""];
  const phase = { Name: "First", AutomaticDeploymentTargets: [], OptionalDeploymentTargets: targets };
  await upstream.post("/lifecycles", { Name: "Slow", Phases: [phase] });
  const original = await read(upstream);

  await bring(original);

  expect(await read(downstream)).toEqual(original);
  takeWrites();
  await bring(original, { isAdopting: true, secrets: { readVariable: () => undefined, missing: "leave" } });
  expect(takeWrites()).toEqual([]);
});
