import { targetId, type GraphNode, type ResourceGraph, type Target } from "../model/graph.ts";
import type { JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { getKind } from "../resources/index.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { detachStepTemplates, type MissingStepTemplates, type StepTemplatePlan } from "./bind-step-templates.ts";
import { describeNode } from "./describe-node.ts";
import { createCurrentFinder, type CurrentFinder } from "./find-current.ts";
import type { MergeInput, MergeResult } from "./merge.ts";
import type { SecretPlan, SecretSource } from "./secrets.ts";
import type { SpaceDirectory } from "./space-directory.ts";

export interface ApplyOptions {
  space: OctopusSpace;
  graph: ResourceGraph;
  /** What was deployed last; absent when nobody knows. */
  base?: ResourceGraph | undefined;
  /** What runs that did not finish were deploying. */
  pending?: readonly ResourceGraph[] | undefined;
  /** Takes what the graph says where people changed the same; what they added stays. */
  overwrite: boolean;
  /** Whether a run made the copy and none ever completed it: then nothing in it is a person's work. */
  isUnfinished?: boolean;
  secrets: SecretSource;
  missingStepTemplates?: MissingStepTemplates;
  /** The name that the graph's project gets in this space. */
  projectName?: string | undefined;
  /** By target, the ids of what earlier runs made. */
  ids?: Readonly<Record<string, string>> | undefined;
  onlyPlan: boolean;
  /** Phrases for what is missing besides, to be told together with what this finds. */
  problems?: readonly string[] | undefined;
  /** Awaited when the graph's step templates are in the space, and nothing else of it was written yet. */
  onStepTemplates?: (known: StepTemplateUses) => Promise<void>;
  /** Awaited before the first write, and not called when there is none. */
  onFirstWrite?: () => Promise<void>;
  /** Awaited for each resource that was made. */
  onCreated?: (target: Target, id: string) => Promise<void>;
  onProgress?: (percent: number, doing: string) => void;
}

/** By target, the id and version that step templates of the graph have in the space; not those that are still to be installed. */
export type StepTemplateUses = Readonly<Record<string, { id: string; version: string }>>;

/** One run of applyGraph: what it was asked for, and what it knows so far. */
export interface Apply extends ApplyOptions {
  directory: SpaceDirectory;
  finder: CurrentFinder;
  nodes: GraphNode[];
  baseBodies: Map<string, JsonObject>;
  pendingBodies: Map<string, JsonObject>[];
  templates: StepTemplatePlan[];
  /** Targets that this run made: nobody can have changed anything in them. */
  created: Set<string>;
  /** Targets that people removed. */
  removed: Set<string>;
}

/** What one resource needs. */
export interface NodePlan {
  node: GraphNode;
  kind: ResourceKind;
  /** `skip`: it stays away, since people removed it or what it needs. */
  action: "create" | "update" | "none" | "skip";
  desired: JsonObject;
  current: OctopusDocument | undefined;
  merge: MergeResult;
  secrets: SecretPlan;
  /** Why it cannot be written. */
  problems: string[];
}

/** A run that has done nothing yet: nodes are named, and detached from step templates, as this space is to have them. */
export function createApply(
  options: ApplyOptions,
  { directory, templates }: { directory: SpaceDirectory; templates: StepTemplatePlan[] },
): Apply {
  const isDetaching = options.missingStepTemplates === "detach";
  const detached = new Set(isDetaching ? templates.map(({ node }) => JSON.stringify(node.key)) : []);
  const prepare = (node: GraphNode): GraphNode => ({
    ...node,
    body: detachStepTemplates(withProjectName(node, options.projectName), (key) => detached.has(JSON.stringify(key))),
  });
  const nodes = options.graph.nodes.filter((node) => node.kind !== "stepTemplate").map(prepare);
  const toBodies = (graph: ResourceGraph | undefined): Map<string, JsonObject> =>
    new Map(graph?.nodes.map((node) => [targetId(node), prepare(node).body]));
  const created = new Set<string>();
  const isUnfinished = options.isUnfinished === true;
  const finder = createCurrentFinder({
    space: options.space,
    directory,
    nodes,
    knownIds: new Map(Object.entries(options.ids ?? {})),
    nameOf: (node) => getKind(node.kind).nameOf(node.body),
    isOwnerNew: ({ owner }) => owner !== undefined && (isUnfinished || created.has(targetId(owner))),
  });
  return {
    ...options,
    overwrite: options.overwrite || isUnfinished,
    directory,
    finder,
    nodes,
    baseBodies: toBodies(options.base),
    pendingBodies: (options.pending ?? []).map(toBodies),
    templates: isDetaching ? [] : templates,
    created,
    removed: new Set(),
  };
}

/** A copy under another name gets a slug of its own. */
function withProjectName({ kind, body }: GraphNode, name: string | undefined): JsonObject {
  if (kind !== "project" || name === undefined || body["Name"] === name) return body;
  const { Slug: _slug, ...rest } = body;
  return { ...rest, Name: name };
}

/** What the node was, as far as deployments know. */
export function historyOf({ baseBodies, pendingBodies }: Apply, node: GraphNode): Pick<MergeInput, "base" | "pending"> {
  const id = targetId(node);
  return {
    base: baseBodies.get(id),
    pending: pendingBodies.map((bodies) => bodies.get(id)).filter((body) => body !== undefined),
  };
}

/** Nobody can have changed anything in it. */
export function isMadeByThisRun({ created }: Apply, node: GraphNode): boolean {
  return created.has(targetId(node)) || (node.owner !== undefined && created.has(targetId(node.owner)));
}

/** The step templates of the graph that the space has by now. */
export function listStepTemplateUses({ graph, directory }: Pick<Apply, "graph" | "directory">): StepTemplateUses {
  const entries = graph.nodes.flatMap((node) => {
    const [id, version] = [directory.findId(node), directory.findTemplateVersion(node)];
    return id === undefined || version === undefined ? [] : [[targetId(node), { id, version }] as const];
  });
  return Object.fromEntries(entries);
}

/** How sentences name the node in this space. */
export function describe({ projectName }: Pick<Apply, "projectName">, node: GraphNode): string {
  const isOfProject =
    node.kind === "project" || (node.owner !== undefined && ["project", "runbook"].includes(node.owner.kind));
  const key = isOfProject && projectName !== undefined ? [projectName, ...node.key.slice(1)] : node.key;
  return describeNode({ kind: node.kind, key }, getKind(node.kind));
}
