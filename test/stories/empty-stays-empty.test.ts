import { expect, test } from "vitest";
import { objectsOf, type JsonObject } from "../../lib/model/json.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { startTwoSpaces } from "./two-spaces.ts";

async function readSettings(space: OctopusSpace): Promise<{ path: string; settings: JsonObject }> {
  const project = (await space.list("/projects")).find(({ Name }) => Name === "Plain");
  const path = `/projects/${project?.Id ?? ""}/deploymentsettings`;
  return { path, settings: await space.get(path) };
}

test.each([null, ""])(
  "a project that is versioned by a package has no version template in its copy: %j",
  async (Template) => {
    const spaces = await startTwoSpaces();
    const { upstream } = spaces;
    const [lifecycle] = await upstream.list("/lifecycles");
    const [group] = await upstream.list("/projectgroups");
    const feed = (await upstream.list("/feeds")).find(({ FeedType }) => FeedType === "BuiltIn");
    const fields = { Name: "Plain", LifecycleId: lifecycle?.Id ?? "", ProjectGroupId: group?.Id ?? "" };
    const project = await upstream.post("/projects", fields);
    const process = await upstream.get(`/projects/${project.Id}/deploymentprocesses`);
    const reference = {
      Name: "",
      PackageId: "Acme.Web",
      FeedId: feed?.Id ?? "",
      AcquisitionLocation: "Server",
      Properties: {},
    };
    const deploy = { Name: "Deploy", ActionType: "Octopus.TentaclePackage", Properties: {}, Packages: [reference] };
    await upstream.put(`/projects/${project.Id}/deploymentprocesses`, {
      ...process,
      Steps: [{ Name: "Deploy", Actions: [deploy] }],
    });
    const { path, settings } = await readSettings(upstream);
    const VersioningStrategy = {
      Template,
      DonorPackage: { DeploymentAction: "Deploy", PackageReference: "" },
      DonorPackageStepId: null,
    };
    await upstream.put(path, { ...settings, VersioningStrategy });

    await spaces.serialize({ project: "Plain" });
    await spaces.deploy("plain");
    spaces.takeWrites();
    await spaces.deploy("plain");

    expect(spaces.takeWrites()).toEqual([]);
    const copy = (await readSettings(spaces.downstream)).settings["VersioningStrategy"];
    expect(objectsOf({ list: [copy ?? null] }, "list")[0]?.["Template"] ?? "").toBe("");
    expect(copy).toMatchObject({ DonorPackage: { DeploymentAction: "Deploy" } });
  },
);
