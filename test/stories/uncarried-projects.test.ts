import { expect, test } from "vitest";
import { step as serializeProject } from "../../steps/serialize-project/step.ts";
import { createStepContext } from "../step/create-step-context.ts";
import { startDeployments, type DeploymentStage } from "../steps/deployment-stage.ts";
import { refusalOf } from "../steps/project-edits.ts";

function serialize({ url, apiKey }: DeploymentStage): Promise<void> {
  const parameters = { serverUrl: url, apiKey, space: "Spaces-1", project: "Hello World" };
  return createStepContext({ step: serializeProject, parameters }).run();
}

/** What no request of ours could make so. */
function change({ server }: DeploymentStage, id: string, fields: Record<string, unknown>): void {
  Object.assign(server.model.collection("projects").find(id) ?? {}, fields);
}

const inGit = (more: Record<string, unknown>): Record<string, unknown> => ({
  IsVersionControlled: true,
  PersistenceSettings: {
    Type: "VersionControlled",
    Url: "https://git.example/web.git",
    DefaultBranch: "main",
    ...more,
  },
});

const uncarried: [string, Record<string, unknown>, string][] = [
  [
    "is made from a project template",
    { ProjectTemplateDetails: { Slug: "web-app", VersionMask: "1.X", IsShared: true } },
    'is made from the project template "web-app" (1.X) of the Platform Hub, to which its process belongs. Share the project template with the other space instead',
  ],
  [
    "has files in a format that nobody knows yet",
    inGit({ SerializationFormat: "Yaml" }),
    'keeps its files in Git in the format "Yaml", which these steps do not know. Update Managed Spaces, or keep the project in OCL.',
  ],
  [
    "has its variables in the database and the rest in Git",
    inGit({ ConversionState: { VariablesAreInGit: false, RunbooksAreInGit: true } }),
    "is in Git, but its variables are still in the database. Move them to Git as well",
  ],
  [
    "has neither variables nor runbooks in Git",
    inGit({ ConversionState: { VariablesAreInGit: false, RunbooksAreInGit: false } }),
    "is in Git, but its variables and runbooks are still in the database. Move them to Git as well",
  ],
];

test.each(uncarried)("Serialize Project refuses a template that %s", async (_what, fields, sentence) => {
  const stage = await startDeployments();
  change(stage, stage.project.Id, fields);
  stage.takeWrites();

  const refusal = await refusalOf(serialize(stage));

  expect(refusal).toContain(`Failed to serialize the project "Hello World": the project "Hello World" ${sentence}`);
  expect(stage.takeWrites()).toEqual([]);
});

test.each(uncarried)("Deploy Project refuses a copy that %s", async (_what, fields, sentence) => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const { outputs } = await stage.deploy(brought);
  change(stage, outputs["ProjectId"] ?? "", fields);
  stage.takeWrites();

  const refusal = await refusalOf(stage.deploy(await stage.serialize("1.0.1")));

  expect(refusal).toContain(`In the managed space: the project "Hello World" ${sentence}`);
  expect(stage.takeWrites()).toEqual([]);
});
