import { isSameName } from "../octopus/same-name.ts";
import { textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { nameStepTemplateUse, type StepTemplateUse } from "../ocl/list-step-templates.ts";
import { findNearNames } from "../near-names.ts";
import { pluralOf } from "../resources/describe-by-kind.ts";
import { getKind } from "../resources/index.ts";
import type { Exclusion, ResourceKind } from "../resources/resource-kind.ts";
import { isVersionControlled } from "../resources/version-control.ts";
import { NotFoundError, ParameterError } from "../step/errors.ts";
import { ownSpace, targetId, type Key, type Remark, type ResourceGraph, type Target } from "../model/graph.ts";
import { findSecrets, listUnresolved, type UnresolvedSecret } from "./explain-secrets.ts";
import { leaveOut, type Exclusions, type ReadResource } from "./leave-out.ts";
import { matchNames } from "./name-patterns.ts";
import { nameSetSecrets } from "./name-set-secrets.ts";
import type { UnfitLine } from "./list-unfit.ts";
import { mergeMet, type MetIds } from "./read-body.ts";
import { listOwnStepTemplates } from "./own-step-templates.ts";
import { createNameIndex, type NameIndex } from "./read-names.ts";
import { findCommunityId, withOrigins } from "./read-origins.ts";
import { readResources } from "./read-resources.ts";
import { readSpace, refuseNeeds, type SpaceReading } from "./read-space.ts";
import { tellSecretsApart } from "./tell-secrets-apart.ts";
import { readGitNames, type GitNames } from "./read-git-names.ts";
import { readGitUses } from "./read-git-uses.ts";
import type { Selection } from "./select-resources.ts";
import { toGraph } from "./to-graph.ts";

/** Names or patterns of what stays behind. */
export type ExcludedNames = Readonly<Record<Exclusion, readonly string[]>>;

export interface ReadOptions {
  exclude?: Partial<ExcludedNames>;
  /** The environment in which deployments run, and so see the values of secrets. */
  syncEnvironment?: string;
  /** All projects of the space, when they were read already. */
  projects?: OctopusDocument[];
  /** What is wanted of a space; everything when absent. */
  select?: Selection;
  onProgress?: (percent: number, doing: string) => void;
}

/** Where a graph was read. */
export interface Source {
  space: { id: string; name: string };
  /** Absent where it is of the space as a whole, or of a selection. */
  project?: { id: string; name: string };
}

export type ProjectSource = Required<Source>;

export interface GraphReading {
  /** What was asked for. */
  root: Target;
  graph: ResourceGraph;
  source: Source;
  /** Of a project in Git. */
  git?: GitReading;
  unresolvedSecrets: UnresolvedSecret[];
  /** The keys of the step templates that a package of a space is to bring, at the versions that they have now. */
  stepTemplates: Key[];
  /** What was selected by name and is not there. */
  unfit: UnfitLine[];
  /** What is in the graph, as the API gave it; empty for a space, which would be held twice as long as it is packed. */
  documents: ReadResource[];
  /** Those in the graph that people may have given an image. */
  mayHaveLogos: LogoPlace[];
}

/** What may have an image of its own, and where the API has that. */
export interface LogoPlace {
  target: Target;
  path: string;
}

/** What the files of a project in Git say in terms of one space. */
export interface GitReading {
  /** By `ActionTemplates-5/3`, id and version in the space, the keys of the step templates in the graph. */
  stepTemplates: Record<string, Key>;
  /** What its slugs and ids stand for; absent in packages of earlier versions. */
  names?: GitNames | undefined;
  /** The same under the names that a mapping leads to: no package has it. */
  called?: GitNames;
}

/**
 * What was asked for with all that belongs to it, and the names of all that it needs. Of a project in Git, what Octopus keeps in its
 * database, and the step templates that its files use on the default branch. What points to something that the space no longer has is
 * left out where it can be, with a remark.
 * @param wanted - a project or, with the project's name before its own, a runbook, by their names in whatever case; or {@link ownSpace},
 * for what {@link ReadOptions.select} says
 * @throws {@link NotFoundError} naming near names; {@link ParameterError} for what is missing and cannot be left out, all of it at once
 */
export async function readGraph(space: OctopusSpace, wanted: Target, options: ReadOptions = {}): Promise<GraphReading> {
  const names = createNameIndex(space);
  const exclude = toExclusions(options.exclude ?? {});
  const remarks: Remark[] = [];
  const reading = { names, exclude, remarks, onProgress: options.onProgress ?? (() => undefined) };
  const { root, project, resources: read, ...asked } = await readRoot(space, wanted, { options, reading });

  await names.resolve(mergeMet(read.map(({ kind, document }) => names.meet(kind, document))));
  const uses = project !== undefined && isVersionControlled(project) ? await readGitUses(space, project) : undefined;
  await names.resolve(
    mergeMet([...(uses ? [uses] : []), { ids: new Set(), tags: new Set(), stepTemplates: asked.stepTemplates }]),
  );
  const unresolvable = findSecrets(read, names, options.syncEnvironment);
  const kept = leaveOut(read, exclude, { names, remarks });
  const git = uses === undefined ? {} : { git: toGitReading(uses, names) };
  const current = listKeys(asked.stepTemplates, names);
  const wantedTemplates = [...Object.values(git.git?.stepTemplates ?? {}), ...current];
  const found = toGraph(kept, { names, remarks, unresolvable, wantedTemplates });
  const graph =
    root.kind === ownSpace.kind ? tellSecretsApart(nameSetSecrets(await withOrigins(space, found, names))) : found;
  const { needs = "include" } = options.select ?? {};
  if (needs === "refuse") refuseNeeds(graph.lookUps);
  const source = toSource(space, project);
  return {
    root,
    graph,
    ...git,
    source,
    unresolvedSecrets: listUnresolved(graph),
    stepTemplates: root.kind === ownSpace.kind ? listOwnStepTemplates(graph.nodes, { current, needs }) : [],
    unfit: asked.unfit,
    documents: project === undefined ? [] : kept,
    mayHaveLogos: [...kept, ...(root.kind === ownSpace.kind ? listTemplates(graph, names) : [])].flatMap(toLogoPlace),
  };
}

/** The step templates of the graph that were not installed of community ones; of each only the last version, since it has one image for all. */
function listTemplates({ nodes }: ResourceGraph, names: NameIndex): HasLogo[] {
  const inGraph = new Set(nodes.map(targetId));
  const own = names
    .stepTemplates()
    .filter(({ target, document }) => inGraph.has(targetId(target)) && findCommunityId(document) === "");
  const byId = new Map(own.map(({ target, document }) => [document.Id, { ...target, document }]));
  return [...byId.values()].map(({ kind, key, document }) => ({ kind: getKind(kind), key, document }));
}

type HasLogo = Pick<ReadResource, "kind" | "key" | "document">;

function toLogoPlace({ kind, key, document }: HasLogo): LogoPlace[] {
  const path = kind.logoAt?.(document.Id);
  return path === undefined ? [] : [{ target: { kind: kind.id, key }, path }];
}

/** What a graph begins with, and all that belongs to it. */
interface RootReading extends SpaceReading {
  root: Target;
  /** Of a graph that begins with a project or a part of one. */
  project?: OctopusDocument;
}

interface RootContext {
  options: ReadOptions;
  reading: Parameters<typeof readSpace>[2];
}

async function readRoot(space: OctopusSpace, wanted: Target, { options, reading }: RootContext): Promise<RootReading> {
  if (wanted.kind === ownSpace.kind)
    return { root: ownSpace, ...(await readSpace(space, options.select ?? {}, reading)) };
  const project = await findNamed(space, { kind: "project", key: wanted.key.slice(0, 1) }, options.projects);
  const kind = getKind(wanted.kind);
  const reason = getKind("project").whyUncarried?.(project);
  if (reason !== undefined) throw new ParameterError(reason);
  const own = kind.id === "project" ? toOwn(project) : await findPart(space, wanted, { project, reading });
  const resources = await readResources(space, [own], reading);
  return { root: { kind: kind.id, key: own.key }, project, resources, stepTemplates: [], unfit: [] };
}

function toOwn(project: OctopusDocument): ReadResource {
  const kind = getKind("project");
  return { kind, key: [kind.nameOf(project)], document: project };
}

/** What belongs to a project, and is read without it. */
async function findPart(
  space: OctopusSpace,
  { kind: kindId, key }: Target,
  { project, reading }: { project: OctopusDocument; reading: RootContext["reading"] },
): Promise<ReadResource> {
  const kind = getKind(kindId);
  const owner = toOwn(project);
  if (kind.ownedBy?.includes(owner.kind.id) !== true || key.length !== 2)
    throw new Error(`A graph cannot begin with a ${kind.label}.`);
  if (kind.isPartOf?.(project) === false)
    throw new ParameterError(
      `The project "${owner.key[0] ?? ""}" has its ${pluralOf(kind.label)} in Git. Bring the project as a whole.`,
    );
  reading.names.learn(owner.kind, project);
  const document = pick(await kind.list(space, project), {
    kind,
    name: key[1] ?? "",
    place: `project "${owner.key[0] ?? ""}"`,
  });
  return { kind, key: [...owner.key, kind.nameOf(document)], owner: { kind: owner.kind.id, key: owner.key }, document };
}

function listKeys(uses: readonly StepTemplateUse[], names: NameIndex): Key[] {
  const found = uses.map(({ id, version }) => names.findStepTemplate(id, version)?.key);
  return found.filter((key) => key !== undefined);
}

/** {@link readGraph} of a project. */
export async function readProject(
  space: OctopusSpace,
  name: string,
  options: ReadOptions = {},
): Promise<ProjectReading> {
  const reading = await readGraph(space, { kind: "project", key: [name] }, options);
  if (!isOfProject(reading)) throw new Error("The reading of a project does not name it.");
  return reading;
}

/** A graph that begins with a project, or with a part of one. */
export type ProjectReading = GraphReading & { source: ProjectSource };

/** Whether what was read, or what a package has, comes from one project. */
export function isOfProject<T extends { source: Source }>(read: T): read is T & { source: ProjectSource } {
  return read.source.project !== undefined;
}

/** @throws {@link ParameterError} for step templates that are gone, all of them at once */
function toGitReading(uses: MetIds, names: NameIndex): GitReading {
  const named = uses.stepTemplates.map((use) => ({ use, target: names.findStepTemplate(use.id, use.version) }));
  const gone = named.filter(({ target }) => target === undefined).map(({ use }) => nameStepTemplateUse(use));
  if (gone.length > 0)
    throw new ParameterError(
      `The files of the project use step templates that the space does not have, or that the user of this API key may not see: ${gone.join(", ")}. Correct these steps in Octopus.`,
    );
  const entries = named.map(({ use, target }) => [nameStepTemplateUse(use), target?.key ?? []] as const);
  return { stepTemplates: Object.fromEntries(entries), names: readGitNames(uses, names) };
}

async function findNamed(
  space: OctopusSpace,
  { kind: kindId, key }: Target,
  known: OctopusDocument[] | undefined,
): Promise<OctopusDocument> {
  const kind = getKind(kindId);
  return pick(known ?? (await kind.list(space)), { kind, name: key[0] ?? "", place: `space "${space.name}"` });
}

/** @throws {@link NotFoundError} with near names */
function pick(
  all: OctopusDocument[],
  { kind, name, place }: { kind: ResourceKind; name: string; place: string },
): OctopusDocument {
  const found = all.find((document) => isSameName(kind.nameOf(document), name));
  if (found !== undefined) return found;
  const others = all.map((document) => kind.nameOf(document));
  throw new NotFoundError(
    `The ${place} has no ${kind.label} "${name}" that the user of this API key may see.${findNearNames(name, others)}`,
  );
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

function toSource(space: OctopusSpace, project: OctopusDocument | undefined): Source {
  const own = project === undefined ? {} : { project: { id: project.Id, name: textOf(project, "Name") } };
  return { space: { id: space.id, name: space.name }, ...own };
}
