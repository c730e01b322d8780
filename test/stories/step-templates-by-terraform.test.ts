import { expect, test } from "vitest";
import type { JsonObject } from "../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { step as serializeStepTemplates } from "../../steps/serialize-step-templates/step.ts";
import { giveStep, makeProject } from "../kinds/make-project.ts";
import { openModule } from "../lib/terraform/module-of-package.ts";
import { hasProvider } from "../lib/terraform/terraform.ts";
import { comparable } from "../lib/terraform/trip.ts";
import { startGoldenSpaces, type GoldenSpaces } from "../steps/golden-space.ts";

const text = { DisplaySettings: { "Octopus.ControlType": "SingleLineText" } };

function say(body: string): JsonObject {
  return {
    "Octopus.Action.Script.ScriptSource": "Inline",
    "Octopus.Action.Script.Syntax": "Bash",
    "Octopus.Action.Script.ScriptBody": body,
  };
}

function makeTemplate(space: OctopusSpace, name: string): Promise<OctopusDocument> {
  return space.post("/actiontemplates", {
    Name: name,
    ActionType: "Octopus.Script",
    Properties: say("echo #{What}"),
    Parameters: [{ Name: "What", DefaultValue: "Hello", ...text }],
    Packages: [],
  });
}

async function useTemplate(space: OctopusSpace, project: OctopusDocument, template: OctopusDocument): Promise<void> {
  await giveStep(space, project, {
    Name: "Greet",
    ActionType: "Octopus.Script",
    Properties: {
      ...say("echo #{What}"),
      What: "Hi",
      "Octopus.Action.Template.Id": template.Id,
      "Octopus.Action.Template.Version": String(template["Version"]),
    },
  });
}

function listTemplates(space: OctopusSpace): Promise<OctopusDocument[]> {
  return space.list("/actiontemplates");
}

test.skipIf(!hasProvider)(
  "step templates arrive at their newest versions, also while a step still uses an older one",
  async () => {
    const stage = await startGoldenSpaces();
    const { golden, managed, serialize, read } = stage;
    const template = await makeTemplate(golden, "Say");
    const project = await makeProject(golden, { Name: "Web" });
    await useTemplate(golden, project, template);
    await serialize({ packageId: "golden" });
    const module = await openModule(stage, "golden", { spaceId: managed.id });
    await module.apply();
    expect(comparable(await read(managed))).toEqual(comparable(await read(golden)));
    const [first] = await listTemplates(managed);

    const newer = await golden.put(`/actiontemplates/${template.Id}`, {
      ...template,
      Properties: say("echo #{What}!"),
    });
    const { log } = await serialize({ packageId: "golden" });
    await module.update();
    await module.apply();

    expect(JSON.stringify(log)).toContain("in Terraform, steps that use different versions of it all get the newest.");
    expect(await listTemplates(managed)).toMatchObject([{ Id: first?.Id, Properties: say("echo #{What}!") }]);

    await useTemplate(golden, project, newer);
    await serialize({ packageId: "golden" });
    await module.update();
    await module.apply();

    expect(comparable(await read(managed))).toEqual(comparable(await read(golden)));
    expect(await module.planAgain()).toContain("No changes.");
  },
);

test.skipIf(!hasProvider)("a package of step templates makes them in another space, used or not", async () => {
  const stage = await startGoldenSpaces();
  const { golden, managed, serialize } = stage;
  for (const name of ["Say", "Shout"]) await makeTemplate(golden, name);
  await serialize({}, serializeStepTemplates);
  const module = await openModule(stage, "step_templates", { spaceId: managed.id });

  await module.apply();

  expect((await listTemplates(managed)).map(({ Name }) => Name)).toEqual(["Say", "Shout"]);
  expect(await module.planAgain()).toContain("No changes.");
});

const website = "https://library.octopus.com/step-templates/99e6f203-3061-4018-9e34-4a3a9c3c3179";

/** As the portal does it. */
async function installCommunityTemplate({ url, apiKey, golden, server }: GoldenSpaces): Promise<string> {
  const { Id: id } = server.model.collection("communityactiontemplates").add({
    Name: "Slack - Send a message",
    Type: "Octopus.Script",
    Website: website,
    Properties: say("echo #{What}"),
    Parameters: [{ Name: "What", Label: "Text", DefaultValue: "Hello", ...text }],
    Packages: [],
    Version: 4,
  });
  const path = `/api/communityactiontemplates/${id}/installation/${golden.id}`;
  await fetch(`${url}${path}`, { method: "POST", headers: { "x-octopus-apikey": apiKey } });
  return id;
}

test.skipIf(!hasProvider)(
  "one of the community library is installed from there, and is told where the library lacks it",
  async () => {
    const stage = await startGoldenSpaces();
    const { golden, managed, serialize, server } = stage;
    const id = await installCommunityTemplate(stage);
    const [template] = await listTemplates(golden);
    const project = await makeProject(golden, { Name: "Web" });
    if (template !== undefined) await useTemplate(golden, project, template);
    await serialize({ packageId: "golden" });
    const module = await openModule(stage, "golden", { spaceId: managed.id });

    await module.apply();

    expect(await listTemplates(managed)).toMatchObject([
      { Name: "Slack - Send a message", CommunityActionTemplateId: id },
    ]);
    expect(await module.planAgain()).toContain("No changes.");

    server.model.collection("communityactiontemplates").remove(id);
    await expect(module.planAgain()).rejects.toThrow(
      /does not\s+have\s+the\s+step\s+template\s+"Slack\s+-\s+Send\s+a\s+message"/,
    );
  },
);
