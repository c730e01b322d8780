import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { projectRoot, readProjectVersion } from "../../build/project.ts";
import { signIn, type OctopusUser } from "../../examples/demo/octopus-user.ts";
import type { JsonObject } from "../../lib/model/json.ts";
import { startNpmRegistry } from "../bundle/npm-registry.ts";
import { startOctopus } from "../steps/managed-tenants.ts";
import { addRunbook, toAction } from "./imported-step.ts";

test("a template of the community library does its work, out of the package that npm publishes", async ({ skip }) => {
  const registry = await startNpmRegistry();
  if (registry === undefined) return skip('"npm test" has not installed the npm registry');
  onTestFinished(() => registry.stop());
  registry.publish(join(projectRoot, "dist/npm"));
  const home = mkdtempSync(join(tmpdir(), "home of a worker "));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const environment = { PATH: process.env["PATH"] ?? "", HOME: home, ...registry.env };
  const { url, apiKey } = await startOctopus({ worker: { environment } });
  const user = await signIn({ url, apiKey, spaceName: "Default" });
  await user.create("/environments", { Name: "Sync" });
  const template = await user.create("/actiontemplates", readTemplate("managed-spaces-serialize-project"));
  const form = { ServerUrl: url, ApiKey: apiKey };
  await addRunbook(user, toAction(template, { prefix: "SerializeProject", form }));
  await addVariable(user, "ManagedSpaces.Registry", registry.url);

  const first = await user.runRunbook("Hello World", "Pack");
  await registry.stop();
  const second = await user.runRunbook("Hello World", "Pack");

  expect(first.log).toContain("Pushed ");
  expect(second.log).not.toContain("npm");
  expect((await user.list("/packages")).map((item) => item["PackageId"])).toEqual(["hello_world"]);
  expect(`${first.log}${second.log}`).not.toContain(apiKey);
  expect(readdirSync(join(home, ".cache/managed-spaces"))).toEqual([`managed-spaces@${readProjectVersion()}.cjs`]);
});

function readTemplate(name: string): JsonObject {
  const file = join(projectRoot, `dist/published/step-templates/${name}.json`);
  expect(existsSync(file)).toBe(true);
  return JSON.parse(readFileSync(file, "utf8"));
}

async function addVariable(user: OctopusUser, name: string, value: string): Promise<void> {
  const [project] = await user.list("/projects");
  const path = `/variables/${String(project?.["VariableSetId"])}`;
  const set = await user.get(path);
  const variable = { Name: name, Value: value, Type: "String" };
  await user.update(path, { ...set, Variables: [variable] });
}
