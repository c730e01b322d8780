import { targetId, type GraphNode, type ResourceGraph, type Target } from "../model/graph.ts";
import type { JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { getKind } from "../resources/index.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { detachStepTemplates, type MissingStepTemplates } from "./bind-step-templates.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";
import { createCurrentFinder, type CurrentFinder } from "./find-current.ts";
import type { Decision, DecisionBook } from "./decision.ts";
import { createHistories, noHistory, type CopyHistory, type Histories } from "./history.ts";
import type { Base, MergeResult } from "./merge.ts";
import type { StepTemplatePlan } from "./plan-step-templates.ts";
import { createIdentities } from "./same-node.ts";
import type { Obstacle } from "./obstacle.ts";
import type { SecretPlan, SecretSource } from "./secrets.ts";
import type { SpaceDirectory } from "./space-directory.ts";

export interface CompareOptions {
  space: OctopusSpace;
  graph: ResourceGraph;
  /** What deployments did in the space before; absent when nobody knows. */
  history?: CopyHistory | undefined;
  /** Whether bodies say only what somebody named; all else is as the space has it. */
  isPartial?: boolean | undefined;
  /** Takes what the graph says where people changed the same; what they added stays. */
  overwrite: boolean;
  /** Whether a run made the copy and none ever completed it: then nothing in it is a person's work. */
  isUnfinished?: boolean;
  /** Whether the graph's project was made by people and becomes the copy in this run, with all in it that is called the same. */
  isAdopting?: boolean;
  secrets: SecretSource;
  missingStepTemplates?: MissingStepTemplates;
  /** By id, the versions of step templates that deployments installed last in the space. */
  installed?: Readonly<Record<string, string>> | undefined;
  /** Whether what the copy uses counts as installed: receipts of earlier versions do not tell. */
  claimsUsed?: boolean | undefined;
  /** Step templates of the graph that another engine is known to have made. */
  madeTemplates?: readonly GraphNode[] | undefined;
  /** Whether steps go without a step template whose name is taken by people's; else that is a problem. */
  canDetach?: boolean | undefined;
  /** The name that the graph's project gets in this space. */
  projectName?: string | undefined;
  /** Documents of the space that were read already, by the kind's id. */
  known?: ReadonlyMap<string, OctopusDocument[]> | undefined;
  /** Phrases for what is missing besides, to be told together with what this finds. */
  problems?: readonly string[] | undefined;
  /** What people decided about conflicts before. */
  decisions?: readonly Decision[] | undefined;
}

/** One look at a space: what was asked for, and what is known so far. */
export interface Comparison extends CompareOptions {
  directory: SpaceDirectory;
  finder: CurrentFinder;
  histories: Histories;
  /** What was decided about conflicts. */
  book: DecisionBook;
  /** As this space is to have them. */
  nodes: GraphNode[];
  /** What tells a node from all others, whatever it is called. */
  identityOf(node: GraphNode): string;
  templates: StepTemplatePlan[];
  installed: Record<string, string>;
  /** Targets of step templates that are another one, or at another version, than steps of the copy were made of. */
  moved: ReadonlySet<string>;
  /** Targets that this run made: nobody can have changed anything in them. */
  created: Set<string>;
  /** Targets that stay away: people removed them, or have something of their own by that name. */
  absent: Set<string>;
  /** By target, what else in the space has the name that it is to get. */
  namesakes: Map<string, OctopusDocument>;
  /** By target, keys of items that the template took away: those that stay, and those that others use until they are written. */
  held: Map<string, { staying: string[]; late: string[] }>;
}

/** What one resource needs. */
export interface NodePlan {
  node: GraphNode;
  kind: ResourceKind;
  /** `skip`: it stays away, since people removed it or what it needs, or have one of their own by that name. */
  action: "create" | "update" | "none" | "skip";
  /** People made it, and this run takes it for the template's. */
  isAdopted: boolean;
  desired: JsonObject;
  current: OctopusDocument | undefined;
  /** What is in it that people made, and this run takes for the template's, by name. */
  adoptedItems: string[];
  /** `current` in graph form, with the identities of the template's items. */
  currentBody: JsonObject;
  /** By identity of an item of the space, that of the template's item. */
  itemIdentities: ReadonlyMap<string, string>;
  base: Base | undefined;
  merge: MergeResult;
  /** Items that others use until they are written: they go when all is in place. */
  removedLate: JsonObject[];
  secrets: SecretPlan;
  /** Why it cannot be written. */
  problems: Obstacle[];
}

/** A node before it is merged. */
export type Merging = Pick<NodePlan, "node" | "kind" | "desired" | "current" | "currentBody">;

/** A comparison that has looked at nothing yet: nodes are named, and detached from step templates, as this space is to have them. */
export function createComparison(
  options: CompareOptions,
  { directory, templates, book }: { directory: SpaceDirectory; templates: StepTemplatePlan[]; book: DecisionBook },
): Comparison {
  const nodes = prepareNodes(options, templates);
  const histories = createHistories(options.history ?? noHistory, nodes);
  const created = new Set<string>();
  const isUnfinished = options.isUnfinished === true;
  const finder = createCurrentFinder({
    space: options.space,
    directory,
    nodes,
    histories,
    known: options.known ?? new Map(),
    isAdopting: options.isAdopting === true,
    overwrite: options.overwrite || isUnfinished,
    isOwnerNew: ({ owner }) => owner !== undefined && (isUnfinished || created.has(targetId(owner))),
  });
  return {
    ...options,
    overwrite: options.overwrite || isUnfinished,
    directory,
    finder,
    histories,
    book,
    nodes,
    identityOf: createIdentities(nodes),
    templates: templates.filter(({ action }) => options.missingStepTemplates !== "detach" || action === "none"),
    installed: { ...options.installed },
    moved: new Set(templates.filter((plan) => isMoved(plan, options)).map(({ node }) => targetId(node))),
    created,
    absent: new Set(),
    namesakes: new Map(),
    held: new Map(),
  };
}

function isMoved({ node, action, current }: StepTemplatePlan, { history }: CompareOptions): boolean {
  const former = history?.installed?.[targetId(node)];
  if (former === undefined || action === "skip") return false;
  return action !== "none" || former.id !== current?.Id || former.version !== String(current["Version"]);
}

function prepareNodes(options: CompareOptions, templates: readonly StepTemplatePlan[]): GraphNode[] {
  const isDetached = ({ action }: StepTemplatePlan): boolean =>
    action === "skip" || (options.missingStepTemplates === "detach" && action !== "none");
  const detached = new Set(templates.filter(isDetached).map(({ node }) => JSON.stringify(node.key)));
  return options.graph.nodes
    .filter(({ kind }) => getKind(kind).isVersioned !== true)
    .map((node) => ({
      ...node,
      body: detachStepTemplates(withProjectName(node, options.projectName), (key) => detached.has(JSON.stringify(key))),
    }));
}

/** A copy under another name gets a slug of its own. */
function withProjectName({ kind, body }: GraphNode, name: string | undefined): JsonObject {
  if (getKind(kind).isRenamable !== true || name === undefined || body["Name"] === name) return body;
  const { Slug: _slug, ...rest } = body;
  return { ...rest, Name: name };
}

/** Nobody can have changed anything in it. */
export function isMadeByThisRun({ created }: Comparison, node: GraphNode): boolean {
  return created.has(targetId(node)) || (node.owner !== undefined && created.has(targetId(node.owner)));
}

/** By target, the id and version that step templates of the graph have in the space; not those that are still to be installed. */
export type StepTemplateUses = Readonly<Record<string, { id: string; version: string }>>;

/** The step templates of the graph that the space has by now. */
export function listStepTemplateUses({ graph, directory }: Pick<Comparison, "graph" | "directory">): StepTemplateUses {
  const entries = graph.nodes.flatMap((node) => {
    const [id, version] = [directory.findId(node), directory.findTemplateVersion(node)];
    return id === undefined || version === undefined ? [] : [[targetId(node), { id, version }] as const];
  });
  return Object.fromEntries(entries);
}

/** How sentences name the node in this space. */
export function describe({ projectName }: Pick<Comparison, "projectName">, node: Target & { owner?: Target }): string {
  const [root = "", ...rest] = node.key;
  const isBelowProject = [node.kind, node.owner?.kind].some((kind) => kind !== undefined && isOfProject(kind));
  return describeByKind({
    kind: node.kind,
    key: [isBelowProject && projectName !== undefined ? projectName : root, ...rest],
  });
}

/** Whether keys of the kind begin with a project's name. */
function isOfProject(kindId: string): boolean {
  const { isRenamable, ownedBy = [] } = getKind(kindId);
  const [owner, ...others] = ownedBy;
  return isRenamable === true || (owner !== undefined && others.length === 0 && isOfProject(owner));
}
