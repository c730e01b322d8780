import { expect, test } from "vitest";
import { startLocalOctopus, type LocalOctopus } from "./local-octopus.ts";

async function octopusWithProject(): Promise<LocalOctopus> {
  const octopus = await startLocalOctopus();
  await octopus.made("projects", { Name: "Web", ProjectGroupId: "ProjectGroups-1", LifecycleId: "Lifecycles-1" });
  return octopus;
}

test("somebody else writes between a read and a write", async () => {
  const octopus = await octopusWithProject();
  const { body } = await octopus.get("projects/Projects-1");
  const stop = octopus.server.beforeRequest(async ({ method, path }) => {
    if (method !== "PUT" || !path.endsWith("/Projects-1")) return;
    stop();
    await octopus.put("projects/Projects-1", { ...body, Description: "theirs" });
  });

  await octopus.put("projects/Projects-1", { ...body, Name: "Ours" });

  const writes = octopus.server.requests.filter((request) => request.method === "PUT");
  expect(writes).toHaveLength(2);
  expect((await octopus.get("projects/Projects-1")).body).toMatchObject({ Name: "Ours", Description: null });
});

test("somebody else makes something of the same name first", async () => {
  const octopus = await octopusWithProject();
  octopus.server.beforeRequest(async ({ method }) => {
    if (method === "POST") await octopus.post("environments", { Name: "Test", Description: "theirs" });
  });

  const refused = await octopus.post("environments", { Name: "Test" });

  expect(refused.body.Errors).toEqual([expect.stringContaining("already exists")]);
  expect((await octopus.get("environments")).body.Items).toMatchObject([{ Name: "Test", Description: "theirs" }]);
});

test("a hook that is taken away is called no more, and one that fails fails the request", async () => {
  const octopus = await octopusWithProject();
  const stop = octopus.server.beforeRequest(() => {
    throw new Error("no hook for this");
  });

  expect((await octopus.get("environments")).body.ErrorMessage).toContain("no hook for this");
  stop();
  expect((await octopus.get("environments")).status).toBe(200);
});

test.each(["projects/Projects-1", "channels/Channels-1", "runbooks/Runbooks-1", "projecttriggers/ProjectTriggers-1"])(
  "the last write of %s wins, because it has no version",
  async (path) => {
    const octopus = await octopusWithProject();
    await octopus.made("runbooks", { Name: "Backup", ProjectId: "Projects-1" });
    const Filter = { FilterType: "MachineFilter" };
    await octopus.made("projecttriggers", {
      Name: "T",
      ProjectId: "Projects-1",
      Filter,
      Action: { ActionType: "AutoDeploy" },
    });
    const { body } = await octopus.get(path);

    await octopus.put(path, { ...body, Description: "first" });
    await octopus.put(path, { ...body, Name: "Second" });

    expect((await octopus.get(path)).body).toMatchObject({ Name: "Second", Description: null });
  },
);
