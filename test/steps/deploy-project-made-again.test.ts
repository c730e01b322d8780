import { expect, test } from "vitest";
import { script, secrets, setVariables, startDeployments, type DeploymentStage } from "./deployment-stage.ts";
import { changeSteps, changeVariables, namesOf, processPath, readSteps, readVariables } from "./project-edits.ts";

test("keeps the token that people rotated when its variable is made again in the template", async () => {
  const stage = await startDeployments();
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await rotate(stage, id);
  await changeVariables(stage.upstream, stage.project.Id, (variables) =>
    variables.map(({ Id: _id, ...one }) =>
      one["Name"] === "Api.Token" ? { ...one, Value: secrets["Api.Token"] } : one,
    ),
  );

  const run = await stage.deploy(await stage.serialize("1.1.0"));

  expect(run.outputs["Changed"]).toBe("False");
  expect(tokensOf(stage, id)).toEqual(["a person's"]);
});

test("goes on with the copy of a template that was deleted and made again, and keeps what people have in it", async () => {
  const stage = await startDeployments();
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await rotate(stage, id);
  await changeSteps(stage.downstream, processPath(id), (steps) =>
    JSON.parse(JSON.stringify(steps).replace("echo Say hello", "echo Howdy")),
  );
  await makeTemplateAgain(stage);

  const run = await stage.deploy(await stage.serialize("2.0.0"));

  expect(run.outputs).toMatchObject({ ProjectId: id, Created: "False" });
  expect(namesOf(await stage.downstream.list("/projects"))).toEqual(["Hello World"]);
  const steps = await readSteps(stage.downstream, processPath(id));
  // The channel that stays has a rule about the second one.
  expect(namesOf(steps)).toEqual(["Say hello", "Ship"]);
  expect(JSON.stringify(steps)).toContain("echo Howdy");
  expect(namesOf(await readVariables(stage.downstream, id))).toEqual(["Api.Token"]);
  expect(tokensOf(stage, id)).toEqual(["a person's"]);
});

async function rotate({ downstream }: DeploymentStage, id: string): Promise<void> {
  await changeVariables(downstream, id, (variables) =>
    variables.map((one) => (one["Name"] === "Api.Token" ? { ...one, Value: "a person's" } : one)),
  );
}

async function makeTemplateAgain({ upstream, project, environments }: DeploymentStage): Promise<void> {
  const { Id: _id, VariableSetId: _set, DeploymentProcessId: _process, ...rest } = project;
  await upstream.remove(`/projects/${project.Id}`);
  const again = await upstream.post("/projects", rest);
  await changeSteps(upstream, processPath(again.Id), () => [
    script("Say hello", { Environments: [environments["Development"], environments["Sync"]] }),
  ]);
  const token = { Name: "Api.Token", Value: secrets["Api.Token"], IsSensitive: true, Type: "Sensitive" };
  const scope = { Environment: [environments["Sync"], environments["Test"]] };
  await setVariables(upstream, again.Id, [{ ...token, Scope: scope }]);
}

/** What the server keeps and never tells. */
function tokensOf({ server }: DeploymentStage, projectId: string): unknown[] {
  const set = JSON.parse(JSON.stringify(server.model.collection("variablesets").find(`variableset-${projectId}`)));
  const variables: { Name: string; Value: { $sensitive?: string } | null }[] = set.Variables;
  return variables.filter(({ Name }) => Name === "Api.Token").map(({ Value }) => Value?.$sensitive);
}
