import { beforeAll, expect, test } from "vitest";
import { renderProject } from "../../build/render-project.ts";
import { signIn, type OctopusUser } from "../../examples/demo/octopus-user.ts";
import { type JsonObject } from "../../lib/model/json.ts";
import { steps } from "../../steps/index.ts";
import { startOctopus } from "../steps/managed-tenants.ts";
import { addRunbook, toAction } from "./imported-step.ts";

let templates: Map<string, JsonObject>;

beforeAll(async () => {
  const { dist } = await renderProject(steps, { version: "1.0.0", versions: {} });
  templates = new Map(
    [...dist]
      .filter(([path]) => /^templates\/[\w-]+\.json$/.test(path))
      .map(([path, text]) => [path, JSON.parse(text.toString("utf8"))]),
  );
});

async function startUser(): Promise<OctopusUser & { apiKey: string }> {
  const { url, apiKey } = await startOctopus({ worker: true });
  const user = await signIn({ url, apiKey, spaceName: "Default" });
  await user.create("/environments", { Name: "Sync" });
  return { ...user, apiKey };
}

test("every template is taken as it is pasted, and shown as it was", async () => {
  const user = await startUser();

  for (const [, template] of templates) {
    const imported = await user.create("/actiontemplates", template);
    const shown = await user.get(`/actiontemplates/${imported.Id}`);
    expect(shown).toMatchObject({
      Name: template["Name"],
      ActionType: "Octopus.Script",
      Properties: template["Properties"],
      Parameters: template["Parameters"],
    });
  }
  expect(templates.size).toBe(Object.keys(steps).length);
});

test("one imported template does its work in a project's runbook, with nothing else installed", async () => {
  const user = await startUser();
  const template = await user.create("/actiontemplates", templates.get("templates/serialize-project.json") ?? {});
  const form = { ServerUrl: user.url, ApiKey: user.apiKey };
  const runbook = await addRunbook(user, toAction(template, { prefix: "SerializeProject", form }));

  const { log } = await user.runRunbook("Hello World", "Pack");

  expect(runbook).not.toBe("");
  expect(log).toContain("Pushed ");
  expect((await user.list("/packages")).map((item) => item["PackageId"])).toEqual(["hello_world"]);
  expect(log).not.toContain(user.apiKey);
});

test("a form that was left as it came names the variable that is missing", async () => {
  const user = await startUser();
  const template = await user.create("/actiontemplates", templates.get("templates/serialize-project.json") ?? {});
  await addRunbook(user, toAction(template, { prefix: "SerializeProject", form: { ApiKey: user.apiKey } }));

  await expect(user.runRunbook("Hello World", "Pack")).rejects.toThrow(/ThisInstance\.Server\.Url/);
});
