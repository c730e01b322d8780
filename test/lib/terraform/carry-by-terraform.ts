import { targetId, type GraphNode, type Remark, type ResourceGraph, type Target } from "../../../lib/model/graph.ts";
import { isJsonObject, isSameJson, type JsonValue } from "../../../lib/model/json.ts";
import { findKind, getKind } from "../../../lib/resources/index.ts";
import { findForm } from "../../../lib/terraform/forms/index.ts";
import { buildTerraformModule, writeTerraformModule } from "../../../lib/terraform/write-terraform-module.ts";
import { startCarrying, type Carrying } from "../../kinds/carry.ts";
import type { KindStory } from "../../kinds/kind-story.ts";
import { createVariableDictionary } from "../../octopus-server/worker/octostache.ts";
import { checkModule, readProviderSchema } from "./check-module.ts";
import { createTerraformFolder, type TerraformFolder } from "./terraform.ts";
import { comparable } from "./trip.ts";

/** How the resources of a story came to another space. */
export interface Arrival {
  story: KindStory;
  /** What Terraform said against it. */
  errors: string[];
  /** What a second plan would do. */
  changes: string[];
  /** What is otherwise than upstream, and no remark says so. */
  unexplained: string[];
  remarks: string[];
}

interface Trip {
  /** What the provider's schema says against the module. */
  problems: string[];
  story: KindStory;
  name: string;
  carrying: Carrying;
  original: ResourceGraph;
  remarks: Remark[];
  files: Map<string, string>;
  /** Values for variables of the module that no run could bring. */
  given: Map<string, string>;
}

/** Each story has a server of its own; all modules are children of one, so that Terraform starts three times for all of them. */
export async function carryByTerraform(stories: readonly KindStory[]): Promise<Arrival[]> {
  const trips: Trip[] = [];
  for (const [index, story] of stories.entries()) trips.push(await startTrip(story, `story_${index}`));
  const folder = createTerraformFolder(new Map([["main.tf", trips.map(toCall).join("\n")], ...trips.flatMap(toFiles)]));
  await folder.run("init", "-input=false");
  const errors = await listErrors(folder);
  const changes = await listChanges(folder);
  return Promise.all(
    trips.map(async (trip) => ({
      story: trip.story,
      errors: [...trip.problems, ...ofTrip(errors, trip)],
      changes: ofTrip(changes, trip),
      ...(await compareCopy(trip)),
    })),
  );
}

async function startTrip(story: KindStory, name: string): Promise<Trip> {
  const carrying = await startCarrying(story.server);
  for (const space of [carrying.upstream, carrying.downstream]) await story.prepare?.(space);
  await story.seed(carrying.upstream);
  const original = await carrying.read(carrying.upstream, { resources: [getKind(story.kind).label] });
  const options = { isLookedUp: await matchThere(carrying), stepTemplates: original.nodes.map(({ key }) => key) };
  const problems = checkModule(buildTerraformModule(original, options).files, readProviderSchema());
  const { files, remarks } = writeTerraformModule(original, options);
  return { problems, story, name, carrying, original, remarks, files: substitute(files), given: listGiven(files) };
}

/** What the other space has already is looked up. */
async function matchThere({ read, downstream }: Carrying): Promise<(node: GraphNode) => boolean> {
  const there = new Set((await read(downstream)).nodes.map(targetId));
  return (node) => findForm(node.kind)?.lookUp !== undefined && there.has(targetId(node));
}

/** As Octopus does it in a run that has a value for every secret. */
function substitute(files: Map<string, string>): Map<string, string> {
  return new Map([...files].map(([path, text]) => [path, path.includes("sensitive") ? withSecrets(text) : text]));
}

function withSecrets(text: string): string {
  const names = [...text.matchAll(/#\{([^|]*) \| ToBase64\}/g)].map(([, name = ""]) => name);
  const dictionary = createVariableDictionary(names.map((name) => [name, secretOf(name)]));
  return dictionary.evaluate(text, { lenient: true }).text;
}

function secretOf(name: string): string {
  return `the secret of ${name}`;
}

/** Variables without a default are for people to give. */
function listGiven(files: Map<string, string>): Map<string, string> {
  const blocks = [...files.values()].flatMap((text) => text.split(/^(?=variable )/m));
  const bare = blocks.filter((block) => block.startsWith("variable ") && !/^ {2}default /m.test(block));
  const names = bare.map((block) => /^variable "(\w+)"/.exec(block)?.[1] ?? "");
  return new Map(names.filter((name) => !name.startsWith("octopus_")).map((name) => [name, secretOf(name)]));
}

function toCall({ name, carrying, given }: Trip): string {
  const values = {
    octopus_server: carrying.url,
    octopus_apikey: carrying.apiKey,
    octopus_space_id: carrying.downstream.id,
    ...Object.fromEntries(given),
  };
  const lines = Object.entries(values).map(([variable, value]) => `  ${variable} = ${JSON.stringify(value)}`);
  return [`module "${name}" {`, `  source = "./${name}"`, ...lines, "}", ""].join("\n");
}

function toFiles({ name, files }: Trip): [string, string][] {
  return [...files].map(([path, text]) => [path.replace("space_population", name), text]);
}

/** One finding of Terraform. */
interface Finding {
  address: string;
  text: string;
}

function ofTrip(findings: Finding[], { name }: Trip): string[] {
  return findings
    .filter(({ address }) => address.startsWith(`module.${name}.`))
    .map(({ address, text }) => `${address.slice(name.length + 8)} ${text}`);
}

async function listErrors(folder: TerraformFolder): Promise<Finding[]> {
  return readErrors(await folder.tryRun("apply", "-auto-approve", "-input=false", "-json"));
}

function readErrors(lines: string): Finding[] {
  return lines.split("\n").flatMap((line) => {
    const said: unknown = line.startsWith("{") ? JSON.parse(line) : {};
    const diagnostic = isJsonObject(said) ? said["diagnostic"] : undefined;
    if (!isJsonObject(diagnostic) || diagnostic["severity"] !== "error") return [];
    return [toFinding(diagnostic)];
  });
}

function toFinding(diagnostic: Record<string, JsonValue>): Finding {
  const range = isJsonObject(diagnostic["range"]) ? String(diagnostic["range"]["filename"]) : "";
  const address = String(diagnostic["address"] ?? "") || `module.${range.replace("/", ".")}`;
  return { address, text: `${String(diagnostic["summary"])}: ${String(diagnostic["detail"])}` };
}

async function listChanges(folder: TerraformFolder): Promise<Finding[]> {
  const errors = readErrors(await folder.tryRun("plan", "-input=false", "-out=plan", "-json"));
  if (errors.length > 0) return errors;
  const plan: unknown = JSON.parse(await folder.run("show", "-json", "plan"));
  const changes = isJsonObject(plan) && Array.isArray(plan["resource_changes"]) ? plan["resource_changes"] : [];
  return changes.filter(isJsonObject).flatMap((change) => {
    const { actions, before, after } = isJsonObject(change["change"]) ? change["change"] : {};
    const said = JSON.stringify(actions);
    if (said === '["no-op"]' || said === '["read"]') return [];
    return [{ address: String(change["address"]), text: `${said}: ${describeChange(before, after)}` }];
  });
}

function describeChange(before: JsonValue | undefined, after: JsonValue | undefined): string {
  if (!isJsonObject(before) || !isJsonObject(after)) return "";
  const fields = Object.keys({ ...before, ...after }).filter((field) => !isSameJson(before[field], after[field]));
  return fields
    .map((field) => `${field} ${JSON.stringify(before[field])} -> ${JSON.stringify(after[field])}`)
    .join(", ");
}

async function compareCopy({
  story,
  carrying,
  original,
  remarks,
}: Trip): Promise<Omit<Arrival, "story" | "errors" | "changes">> {
  const copy = await carrying.read(carrying.downstream);
  const wanted = new Set(original.nodes.map(targetId));
  const isOwn = (node: GraphNode): boolean => wanted.has(targetId(node)) || node.kind === story.kind;
  const differences = listDifferences(
    comparable(withNewNames(original, remarks)),
    comparable({ ...copy, nodes: copy.nodes.filter(isOwn) }),
  );
  const told = remarks.filter(isOfKind).map(describeRemark);
  const isTold = ({ about, field }: Difference) =>
    remarks.some(
      (remark) =>
        targetId(remark.about) === about &&
        ((field === "" && remark.text.includes("left out")) ||
          (field !== "" && remark.text.toLowerCase().includes(wordOf(field))) ||
          /every space has it/.test(remark.text)),
    );
  return {
    unexplained: differences
      .filter((difference) => !isTold(difference))
      .map(({ about, field, text }) => `${about} ${field}: ${text}`),
    remarks: told,
  };
}

/** The graph as remarks say that it arrives: actions with other names, triggers without tags; and without what is null, which a server makes of what is not said. */
function withNewNames(graph: ResourceGraph, remarks: readonly Remark[]): ResourceGraph {
  let text = JSON.stringify(graph);
  for (const { about, text: said } of remarks) {
    if (said.includes("TenantTags cannot be set")) text = withoutTags(text, about);
    const [, from, to] = /the action "(.*)" is called like its step, "(.*)"$/.exec(said) ?? [];
    if (from === undefined || about.kind !== "deploymentProcess") continue;
    const keyOf = (name: string | undefined): string => `"key":${JSON.stringify([...about.key, name])}`;
    text = text.replaceAll(keyOf(from), keyOf(to));
    const named = (name: string | undefined): string => `"DeploymentAction":${JSON.stringify(name)}`;
    text = text.replaceAll(named(from), named(to));
  }
  return JSON.parse(text, (_, value: unknown) => value ?? undefined);
}

function withoutTags(text: string, about: Target): string {
  const graph: ResourceGraph = JSON.parse(text);
  const nodes = graph.nodes.map((node) => {
    const action = node.body["Action"];
    if (targetId(node) !== targetId(about) || !isJsonObject(action)) return node;
    const { TenantTags: _tags, ...rest } = action;
    return { ...node, body: { ...node.body, Action: rest } };
  });
  return JSON.stringify({ ...graph, nodes });
}

/** How remarks call a field. */
function wordOf(field: string): string {
  return field === "ExtensionSettings" ? "settings for the extension" : field.toLowerCase().replace(/s$/, "");
}

/** Not what any kind may have: a name that cannot stand in an expression, a slug of its own, what is asked at creation alone, what is in every space. */
function isOfKind({ text }: Remark): boolean {
  return !/has to be given to the module as|its slug is the one|SkipInitialHealthCheck|every space has it/.test(text);
}

/** Without what makes the names of stories awkward. */
function describeRemark({ about, text }: Remark): string {
  const own = findKind(about.kind)?.isVersioned === true ? about.key[0] : about.key.at(-1);
  const name = (own ?? "").replace(/ \/ .*$/, "");
  return `${findKind(about.kind)?.label ?? about.kind} ${name}: ${text.replace("in Terraform, ", "")}`;
}

interface Difference {
  about: string;
  field: string;
  text: string;
}

function listDifferences(original: JsonValue, copy: JsonValue): Difference[] {
  const [before, after] = [nodesOf(original), nodesOf(copy)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((about) => {
    const [was, is] = [before.get(about), after.get(about)];
    if (was === undefined || is === undefined)
      return [{ about, field: "", text: was === undefined ? "is there besides" : "is missing" }];
    return Object.keys({ ...was.body, ...is.body })
      .filter((field) => !isSameJson(was.body[field], is.body[field]))
      .map((field) => ({
        about,
        field,
        text: `${JSON.stringify(was.body[field])} became ${JSON.stringify(is.body[field])}`,
      }));
  });
}

function nodesOf(graph: JsonValue): Map<string, GraphNode> {
  const nodes: GraphNode[] = isJsonObject(graph) ? JSON.parse(JSON.stringify(graph["nodes"] ?? [])) : [];
  // What is empty is gone, and may be a whole body.
  const whole = nodes.map((node) => ({ ...node, body: node.body ?? {} }));
  return new Map(whole.map((node) => [targetId(node), withOneSpelling(withRank(node, whole))]));
}

function withoutTagOrder(text: string): string {
  return text.replaceAll(/("Color":"#\w+"[^}]*?),"SortOrder":\d+/g, "$1");
}

/** The ways in which servers and clients write the same. */
function withOneSpelling(node: GraphNode): GraphNode {
  const text = withoutTagOrder(JSON.stringify(node))
    .replaceAll(/"0(\d\.\d\d:)/g, '"$1')
    .replaceAll(".000+00:00", "Z")
    .replaceAll(/("Strategy":"Default"),"Quantity[^}]*/g, "$1");
  return JSON.parse(text);
}

/** Servers number what is in order as they like. */
function withRank(node: GraphNode, nodes: readonly GraphNode[]): GraphNode {
  const order = node.body["SortOrder"];
  if (typeof order !== "number") return node;
  const before = nodes.filter(({ kind, body }) => kind === node.kind && Number(body["SortOrder"]) < order);
  // A server numbers a set anew when its tags change.
  return { ...node, body: { ...node.body, SortOrder: node.kind === "tagSet" ? 0 : before.length } };
}
