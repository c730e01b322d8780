import { isJsonObject, objectsOf, textOf, textsOf, type JsonObject, type JsonValue } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { nameStepTemplateUse, type StepTemplateUse } from "../ocl/translate-step-templates.ts";
import { getKind, resourceKinds } from "../resources/index.ts";
import { hasRunbooksInGit, isVersionControlled } from "../resources/version-control.ts";
import { NotFoundError, ParameterError } from "../step/errors.ts";
import { findNearNames } from "../near-names.ts";
import { findUnresolvableSecrets } from "./find-unresolvable-secrets.ts";
import {
  describeTarget,
  forEachReference,
  forEachSecret,
  isSecretMark,
  targetId,
  type GraphNode,
  type Key,
  type LookUp,
  type Remark,
  type ResourceGraph,
  type Target,
} from "../model/graph.ts";
import { leaveOut, type Exclusions, type ReadResource } from "./leave-out.ts";
import { identify } from "../model/identity.ts";
import { matchNames } from "./name-patterns.ts";
import { nameSecretValues } from "./name-secret-values.ts";
import { collectIds, readBody, type MetIds } from "./read-body.ts";
import { createNameIndex, nameItems, type NameIndex } from "./read-names.ts";
import { readTemplateUses } from "./read-template-uses.ts";

/** Names or patterns of what stays behind. */
export type ExcludedNames = Readonly<Record<keyof Exclusions, readonly string[]>>;

export interface ReadOptions {
  exclude?: Partial<ExcludedNames>;
  /** The environment in which deployments run, and so see the values of secrets. */
  syncEnvironment?: string;
  /** All projects of the space, when they were read already. */
  projects?: OctopusDocument[];
  onProgress?: (percent: number, doing: string) => void;
}

/** A secret that a deployment cannot send by itself. */
export interface UnresolvedSecret {
  /** Such as `the variable "Password"` or `the step "Deploy" of "Hello World"`. */
  about: string;
  reason: string;
  /** The variable by which a run may have it all the same. */
  named?: string | undefined;
}

export interface GraphReading {
  /** What was asked for. */
  root: Target;
  graph: ResourceGraph;
  source: { space: { id: string; name: string }; project: { id: string; name: string } };
  /** Of a project in Git. */
  git?: GitReading;
  unresolvedSecrets: UnresolvedSecret[];
  /** What is in the graph, as the API gave it. */
  documents: ReadResource[];
}

/** What the files of a project in Git say in terms of one space. */
export interface GitReading {
  /** By `ActionTemplates-5/3`, id and version in the space, the keys of the step templates in the graph. */
  stepTemplates: Record<string, Key>;
}

/**
 * A resource with all that belongs to it, and the names of all that it needs. Of a project in Git, what Octopus keeps in its database,
 * and the step templates that its files use on the default branch.
 * @param root - a project, its name exact with upper and lower case
 * @throws {@link NotFoundError} naming near names; {@link StepError} for ids that nothing has, all of them at once
 */
export async function readGraph(space: OctopusSpace, root: Target, options: ReadOptions = {}): Promise<GraphReading> {
  if (root.kind !== "project") throw new Error(`A graph cannot begin with ${describeTarget(root)}.`);
  const project = await findProject(space, root.key[0] ?? "", options.projects);
  const names = createNameIndex(space);
  const exclude = toExclusions(options.exclude ?? {});
  const read = await readResources(space, project, {
    names,
    exclude,
    onProgress: options.onProgress ?? (() => undefined),
  });

  await names.resolve(mergeMet(read.map(({ kind, document }) => collectIds(kind, document))));
  const uses = isVersionControlled(project) ? await readTemplateUses(space, project) : [];
  await names.resolve({ ids: new Set(), tags: new Set(), stepTemplates: uses });
  const secrets = findSecrets(read, names, options.syncEnvironment);
  const remarks: Remark[] = [];
  const kept = leaveOut(read, exclude, { names, remarks });
  const git = isVersionControlled(project) ? { git: toGitReading(uses, names) } : {};
  const usedInGit = Object.values(git.git?.stepTemplates ?? {});
  const graph = toGraph(dropBrokenTriggers(kept, names, remarks), { names, remarks, unresolvable: secrets, usedInGit });
  const source = toSource(space, project);
  return { root, graph, ...git, source, unresolvedSecrets: listUnresolved(graph), documents: kept };
}

/** {@link readGraph} of a project. */
export function readProject(space: OctopusSpace, name: string, options: ReadOptions = {}): Promise<GraphReading> {
  return readGraph(space, { kind: "project", key: [name] }, options);
}

/** @throws {@link ParameterError} for step templates that are gone, all of them at once */
function toGitReading(uses: StepTemplateUse[], names: NameIndex): GitReading {
  const named = uses.map((use) => ({ use, target: names.findStepTemplate(use.id, use.version) }));
  const gone = named.filter(({ target }) => target === undefined).map(({ use }) => nameStepTemplateUse(use));
  if (gone.length > 0)
    throw new ParameterError(
      `The files of the project use step templates that the space does not have, or that the user of this API key may not see: ${gone.join(", ")}. Correct these steps in Octopus.`,
    );
  const entries = named.map(({ use, target }) => [nameStepTemplateUse(use), target?.key ?? []] as const);
  return { stepTemplates: Object.fromEntries(entries) };
}

async function findProject(
  space: OctopusSpace,
  name: string,
  known: OctopusDocument[] | undefined,
): Promise<OctopusDocument> {
  const kind = getKind("project");
  const projects = known ?? (await kind.list(space));
  const found = projects.find((project) => kind.nameOf(project) === name);
  if (found !== undefined) return found;
  const others = projects.map((project) => kind.nameOf(project));
  throw new NotFoundError(
    `The space "${space.name}" has no project "${name}" that the user of this API key may see.${findNearNames(name, others)}`,
  );
}

interface Reading {
  names: NameIndex;
  exclude: Exclusions;
  onProgress: (percent: number, doing: string) => void;
}

/** In the order of {@link resourceKinds}, each learned by name. */
async function readResources(space: OctopusSpace, project: OctopusDocument, reading: Reading): Promise<ReadResource[]> {
  const owner = toResource("project", project, []);
  const channels = await readOwned(space, "channel", owner);
  const isInGit = isVersionControlled(project);
  const process = isInGit ? [] : await readOwned(space, "deploymentProcess", owner);
  const runbooks = hasRunbooksInGit(project) ? [] : await readOwned(space, "runbook", owner);
  const kept = runbooks.filter((runbook) => !reading.exclude.runbooks(runbook.key.at(-1) ?? ""));
  const processes: ReadResource[] = [];
  for (const [index, runbook] of kept.entries()) {
    reading.onProgress(10 + (60 * index) / kept.length, `reading the runbook "${runbook.key.at(-1) ?? ""}"`);
    processes.push(...(await readOwned(space, "runbookProcess", runbook)));
  }
  const variables = await readOwned(space, "variableSet", owner);
  const settings = await readOwned(space, isInGit ? "versionControl" : "deploymentSettings", owner);
  const triggers = await readOwned(space, "projectTrigger", owner);
  const resources = [owner, ...channels, ...process, ...runbooks, ...processes, ...variables, ...settings, ...triggers];
  resources.forEach((resource) => reading.names.learn(resource.kind, resource.document, ownerKeyOf(resource)));

  const excluded = runbooks.filter((runbook) => !kept.includes(runbook));
  if (!isInGit && hasUnknownActions(variables, reading.names)) await learnProcesses(space, excluded, reading.names);
  return resources.toSorted(compareResources);
}

/** Variables may be scoped to steps of runbooks that stay behind: only then those are read, for the names of the steps. */
function hasUnknownActions(variables: ReadResource[], names: NameIndex): boolean {
  const scopes = variables.flatMap(({ document }) =>
    objectsOf(document, "Variables").map((variable) => variable["Scope"]),
  );
  return scopes
    .filter(isJsonObject)
    .some((scope) => textsOf(scope, "Action").some((id) => names.find(id) === undefined));
}

async function learnProcesses(space: OctopusSpace, runbooks: ReadResource[], names: NameIndex): Promise<void> {
  for (const runbook of runbooks) {
    for (const process of await readOwned(space, "runbookProcess", runbook))
      names.learn(process.kind, process.document, process.key);
  }
}

async function readOwned(space: OctopusSpace, kindId: string, owner: ReadResource): Promise<ReadResource[]> {
  const documents = await getKind(kindId).list(space, owner.document);
  return documents.map((document) => toResource(kindId, document, owner.key, owner));
}

function toResource(kindId: string, document: OctopusDocument, ownerKey: Key, owner?: ReadResource): ReadResource {
  const kind = getKind(kindId);
  const key = kind.isSingleton === true ? ownerKey : [...ownerKey, kind.nameOf(document)];
  return { kind, key, document, ...(owner === undefined ? {} : { owner: { kind: owner.kind.id, key: owner.key } }) };
}

function ownerKeyOf({ kind, key }: ReadResource): Key {
  return kind.isSingleton === true ? key : key.slice(0, -1);
}

function compareResources(a: ReadResource, b: ReadResource): number {
  const [first, second] = [a, b].map(({ kind, key }) => ({
    order: resourceKinds.indexOf(kind),
    key: JSON.stringify(key),
  }));
  if (first === undefined || second === undefined) return 0;
  return first.order - second.order || (first.key < second.key ? -1 : first.key > second.key ? 1 : 0);
}

function mergeMet(all: MetIds[]): MetIds {
  return {
    ids: new Set(all.flatMap(({ ids }) => [...ids])),
    tags: new Set(all.flatMap(({ tags }) => [...tags])),
    stepTemplates: all.flatMap(({ stepTemplates }) => stepTemplates),
  };
}

function toExclusions(lines: Partial<ExcludedNames>): Exclusions {
  const filter = (field: keyof Exclusions) => matchNames(lines[field] ?? []);
  return {
    libraryVariableSets: filter("libraryVariableSets"),
    variables: filter("variables"),
    runbooks: filter("runbooks"),
    channels: filter("channels"),
    triggers: filter("triggers"),
    environments: filter("environments"),
  };
}

/** Why the values of these variables, by their ids, cannot be sent by a deployment. */
function findSecrets(read: ReadResource[], names: NameIndex, syncEnvironment: string | undefined): Map<string, string> {
  if (syncEnvironment === undefined) return new Map();
  const isInGit = read.some(({ kind }) => kind.id === "versionControl");
  const stored = read
    .filter(({ kind }) => kind.id === "variableSet")
    .flatMap(({ document }) => objectsOf(document, "Variables"));
  const variables = isInGit ? stored.map(withoutEnvironments) : stored;
  const scopes = variables.map((variable) => variable["Scope"]).filter(isJsonObject);
  // An environment that no variable is scoped to needs no id.
  const id = scopes
    .flatMap((scope) => textsOf(scope, "Environment"))
    .find((candidate) => names.find(candidate)?.key[0] === syncEnvironment);
  const unresolvable = findUnresolvableSecrets(variables, { name: syncEnvironment, id });
  return new Map(unresolvable.map((secret) => [secret.id, secret.reason]));
}

/** The values of a project in Git come from its companion project, under the same names and for every environment. */
function withoutEnvironments(variable: JsonObject): JsonObject {
  if (!isJsonObject(variable["Scope"])) return variable;
  const { Environment: _environments, ...scope } = variable["Scope"];
  return { ...variable, Scope: scope };
}

/** A trigger that waits for something which this space no longer has cannot be carried along; the rest of the project can. */
function dropBrokenTriggers(resources: ReadResource[], names: NameIndex, remarks: Remark[]): ReadResource[] {
  return resources.filter(({ kind, key, document }) => {
    if (kind.id !== "projectTrigger") return true;
    const unknown: string[] = [];
    readBody(kind, document, { names, onUnknownId: ({ id }) => unknown.push(id) });
    if (unknown.length > 0)
      remarks.push({
        about: { kind: kind.id, key },
        text: `left out: it refers to ${unknown.join(", ")}, which the space does not have`,
      });
    return unknown.length === 0;
  });
}

interface GraphContext {
  /** Keys of step templates that files in Git use. */
  usedInGit: Key[];
  names: NameIndex;
  remarks: Remark[];
  /** By variable id. */
  unresolvable: Map<string, string>;
}

function toGraph(resources: ReadResource[], { names, remarks, unresolvable, usedInGit }: GraphContext): ResourceGraph {
  const unknown: string[] = [];
  const toNode = ({ kind, key, owner, document }: ReadResource): GraphNode => {
    const about = { kind: kind.id, key };
    const body = readBody(kind, markUnresolvable(document, unresolvable), {
      names,
      onRemark: (text) => remarks.push({ about, text }),
      onUnknownId: ({ path, id }) => unknown.push(`${describeTarget(about, kind.label)} refers in ${path} to "${id}"`),
    });
    return {
      ...about,
      ...(kind.isSingleton !== true && { id: identify(document.Id) }),
      ...(owner !== undefined && { owner }),
      body: nameSecretValues(restoreReasons(body)),
    };
  };
  const nodes = resources.map(toNode);
  if (unknown.length > 0) {
    throw new ParameterError(
      `Nothing in the space that the user of this API key may see has what the project refers to: ${unknown.join("; ")}. Correct these places in Octopus, or let the user see what they refer to.`,
    );
  }
  const used = listUsedStepTemplates(nodes);
  for (const key of usedInGit) used.add(targetId({ kind: "stepTemplate", key }));
  const templates = names.stepTemplates().filter(({ target }) => used.has(targetId(target)));
  const all = [...templates.map((template) => toTemplateNode(template, names)).toSorted(compareNodes), ...nodes];
  return { nodes: all, lookUps: listLookUps(all, resources, names), remarks: remarks.toSorted(compareRemarks) };
}

function toTemplateNode(
  { target, document }: { target: Target; document: OctopusDocument },
  names: NameIndex,
): GraphNode {
  return { ...target, id: identify(document.Id), body: readBody(getKind("stepTemplate"), document, { names }) };
}

function listUsedStepTemplates(nodes: GraphNode[]): Set<string> {
  const used = new Set<string>();
  for (const { body } of nodes)
    forEachReference(body, (target) => void (target.kind === "stepTemplate" && used.add(targetId(target))));
  return used;
}

const reasonField = "$reason";

/** The id, by which a reason is known, is dropped by reading: so the reason rides along in the variable until then. */
function markUnresolvable(document: OctopusDocument, reasons: Map<string, string>): OctopusDocument {
  if (!Array.isArray(document["Variables"])) return document;
  const variables = objectsOf(document, "Variables").map((variable) => {
    const reason = reasons.get(textOf(variable, "Id"));
    return reason === undefined ? variable : { ...variable, [reasonField]: reason };
  });
  return { ...document, Variables: variables };
}

function restoreReasons(body: JsonObject): JsonObject {
  if (!Array.isArray(body["Variables"])) return body;
  return { ...body, Variables: objectsOf(body, "Variables").map(restoreReason) };
}

function restoreReason(variable: JsonObject): JsonValue {
  const { [reasonField]: reason, ...rest } = variable;
  if (typeof reason !== "string" || !isSecretMark(rest["Value"])) return rest;
  return { ...rest, Value: { $secret: { ...rest["Value"].$secret, unresolvable: reason } } };
}

/** What the nodes point to and do not define themselves. */
function listLookUps(nodes: GraphNode[], resources: ReadResource[], names: NameIndex): LookUp[] {
  const defined = new Set([...nodes.map(targetId), ...resources.flatMap(listItemTargets).map(targetId)]);
  const needed = new Map<string, Target>();
  for (const { body } of nodes) forEachReference(body, (target) => needed.set(targetId(target), target));
  const missing = [...needed.entries()].filter(([id, { kind }]) => !defined.has(id) && kind !== "space");
  return missing.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, target]) => names.describe(target));
}

function listItemTargets({ kind, key, document }: ReadResource): Target[] {
  return (kind.items ?? []).flatMap((items) => {
    const { referencedAs } = items;
    return referencedAs === undefined
      ? []
      : nameItems(items, document).map(({ name }) => ({ kind: referencedAs, key: [...key, name] }));
  });
}

function listUnresolved(graph: ResourceGraph): UnresolvedSecret[] {
  const unresolved: UnresolvedSecret[] = [];
  for (const node of graph.nodes) {
    forEachSecret(node.body, ({ $secret: { variable, named, unresolvable } }, path) => {
      if (unresolvable === undefined) return;
      const place = path
        .filter((part) => !["Value", "Variables", "Steps", "Actions", "Properties"].includes(part))
        .join(", ");
      const about =
        variable === null
          ? `"${place}" of ${describeTarget(node, getKind(node.kind).label)}`
          : `the variable "${variable}"`;
      unresolved.push({ about, reason: unresolvable, named });
    });
  }
  return unresolved;
}

function toSource(space: OctopusSpace, project: OctopusDocument): GraphReading["source"] {
  return { space: { id: space.id, name: space.name }, project: { id: project.Id, name: textOf(project, "Name") } };
}

function compareNodes(a: GraphNode, b: GraphNode): number {
  return targetId(a) < targetId(b) ? -1 : 1;
}

function compareRemarks(a: Remark, b: Remark): number {
  const [first, second] = [a, b].map((remark) => `${targetId(remark.about)} ${remark.text}`);
  return (first ?? "") < (second ?? "") ? -1 : 1;
}
