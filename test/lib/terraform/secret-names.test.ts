import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { forEachSecret, type ResourceGraph } from "../../../lib/model/graph.ts";
import { writeTerraformModule } from "../../../lib/terraform/write-terraform-module.ts";
import { startCarrying } from "../../kinds/carry.ts";
import type { KindStory } from "../../kinds/kind-story.ts";

const folder = new URL("../../kinds/stories/", import.meta.url);

async function readStories(): Promise<KindStory[]> {
  const files = readdirSync(folder).map((file) => file.replace(/\.ts$/, ""));
  const modules: { stories: KindStory[] }[] = await Promise.all(
    files.map((file) => import(`../../kinds/stories/${file}.ts`)),
  );
  return modules.flatMap(({ stories }) => stories);
}

/** What the space of a story has, called as people call things: awkward names cannot stand in an expression. */
async function readPlainly(story: KindStory): Promise<ResourceGraph> {
  const { upstream, read } = await startCarrying(story.server);
  await story.prepare?.(upstream);
  await story.seed(upstream);
  const text = JSON.stringify(await read(upstream)).replaceAll(/ \/ \\"\S+\\" 🐙 #\{x\}/gu, "");
  const graph: ResourceGraph = JSON.parse(text.replaceAll(/(?<=[a-zA-Z]) \[1\]/g, ""));
  return graph;
}

function listAsked({ nodes }: ResourceGraph): string[] {
  const names = new Set<string>();
  for (const { body } of nodes)
    forEachSecret(body, ({ $secret: { variable, named } }) => names.add(variable ?? named ?? "nobody"));
  return [...names];
}

function askIn(files: ReadonlyMap<string, string>): string[] {
  const asked = [...files.values()].flatMap((text) => [...text.matchAll(/#\{([^|]*) \| ToBase64\}/g)]);
  return asked.map(([, name = ""]) => name);
}

test("a module asks a run for the secrets of a space by the names by which Deploy Space asks for them", async () => {
  const wanted = new Set<string>();
  const asked = new Set<string>();
  for (const story of await readStories()) {
    const graph = await readPlainly(story);
    const stepTemplates = graph.nodes.filter(({ kind }) => kind === "stepTemplate").map(({ key }) => key);

    const { files } = writeTerraformModule(graph, { stepTemplates });

    for (const name of listAsked(graph)) wanted.add(name);
    for (const name of askIn(files)) asked.add(name);
  }

  expect([...asked].filter((name) => !wanted.has(name))).toEqual([]);
  const others = [...wanted].filter((name) => !asked.has(name) && !isOfStep(name));
  expect(others.toSorted()).toEqual(unsaid);
});

/** The provider's steps have no secret properties, as a remark tells of each. */
function isOfStep(name: string): boolean {
  return /^(?:Deployment|Runbook)Process\[/.test(name);
}

/** The provider has no place for these, as remarks tell. */
const unsaid = [
  "DeploymentTarget[Offline drop].SensitiveVariablesEncryptionPassword",
  "DeploymentTarget[Service Fabric by a client].AadClientCredentialSecret",
  "DeploymentTarget[Service Fabric].AadClientCredentialSecret",
  "GitCredential[Key].Passphrase",
  "GitCredential[Key].PrivateKey",
  "LibraryVariableSet[Common].Password.DefaultValue",
  "Trigger[Web/Hook].Secret",
];
