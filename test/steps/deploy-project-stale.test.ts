import { expect, test } from "vitest";
import { textOf } from "../../lib/model/json.ts";
import { startDeployments, type DeploymentStage } from "./deployment-stage.ts";
import {
  editProject,
  editScript,
  editSteps,
  editVariables,
  namesOf,
  readScript,
  readSteps,
  readVariables,
  toJson,
} from "./edit-project.ts";
import { script } from "./deployment-stage.ts";

// Servers differ in the status with which they say that somebody else wrote the same document meanwhile.

test.each([400, 409, 500] as const)("what is refused as stale with %i is read again and merged", async (status) => {
  const stage = await startDeployments({ faults: { staleData: { status } } });
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await editScript(stage.upstream, stage.project.Id, "Say hello", "echo Good morning");
  await editVariables(stage.upstream, stage.project.Id, (all) => [...all, { Name: "Upstream", Value: "1" }]);
  const newer = await stage.serialize("1.0.1");
  let receiptWrites = 0;
  onceBeforePut(stage, /deploymentprocesses$/, () =>
    editSteps(stage.downstream, id, (steps) => [...steps, script("Ours")]),
  );
  onceBeforePut(stage, /variableset-Projects/, () =>
    editVariables(stage.downstream, id, (all) => [...all, { Name: "Ours", Value: "2" }]),
  );
  onceBeforePut(stage, /variableset-LibraryVariableSets/, async () => {
    receiptWrites += 1;
    await touchReceipt(stage);
  });

  const { outputs } = await stage.deploy(newer);
  stage.takeWrites();
  await stage.deploy(newer);

  expect(receiptWrites).toBe(1);
  expect(await readScript(stage.downstream, id, "Say hello")).toBe("echo Good morning");
  expect(namesOf(await readSteps(stage.downstream, id))).toContain("Ours");
  expect(namesOf(await readVariables(stage.downstream, id))).toEqual(expect.arrayContaining(["Upstream", "Ours"]));
  expect(outputs).toMatchObject({ KeptChanges: "2", Conflicts: "0" });
  expect(stage.takeWrites()).toEqual([]);
});

test.each(["projects/Projects-2", "channels/Channels"])(
  "a %s that the server's store refuses as out of date is written again",
  async (path) => {
    const stage = await startDeployments();
    const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
    await editProject(stage.upstream, stage.project.Id, {
      Description: "Newer.",
      AutoCreateRelease: true,
      ...releaseCreation(await stage.upstream.list("/channels")),
    });
    const hotfix = (await stage.upstream.list("/channels")).find(({ Name }) => Name === "Hotfix");
    await stage.upstream.put(`/channels/${hotfix?.Id ?? ""}`, { ...hotfix, Rules: [], Description: "Newer." });
    const newer = await stage.serialize("1.0.1");
    const message =
      "Modification failed for 'Document' document with 'Documents-1' Id because submitted data was out of date.";

    stage.server.setFaults({ fail: { status: 500, message, method: "PUT", path, times: 3 } });
    await stage.deploy(newer);
    stage.server.setFaults({});

    expect(await stage.downstream.get(`/projects/${id}`)).toMatchObject({
      Description: "Newer.",
      AutoCreateRelease: true,
    });
    const own = (await stage.downstream.list("/channels")).find(({ Name }) => Name === "Hotfix");
    expect(own).toMatchObject({ Description: "Newer.", Rules: [] });
  },
);

function releaseCreation(channels: Awaited<ReturnType<DeploymentStage["upstream"]["list"]>>): {
  ReleaseCreationStrategy: {
    ChannelId: string;
    ReleaseCreationPackage: { DeploymentAction: string; PackageReference: string };
  };
} {
  const [channel] = channels;
  const used = { DeploymentAction: "Ship", PackageReference: "" };
  return { ReleaseCreationStrategy: { ChannelId: channel?.Id ?? "", ReleaseCreationPackage: used } };
}

/** Another run of the same writes the same. */
async function touchReceipt({ downstream }: DeploymentStage): Promise<void> {
  const [module] = await downstream.list("/libraryvariablesets?contentType=ScriptModule");
  const path = `/variables/${textOf(toJson(module), "VariableSetId")}`;
  await downstream.put(path, await downstream.get(path));
}

function onceBeforePut({ server }: DeploymentStage, path: RegExp, edit: () => Promise<void>): void {
  const stop = server.beforeRequest(async (request) => {
    if (request.method !== "PUT" || !path.test(request.path)) return;
    stop();
    await edit();
  });
}
