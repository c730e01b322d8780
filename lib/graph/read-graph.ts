import { isSameName } from "../octopus/same-name.ts";
import { textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { nameStepTemplateUse, type StepTemplateUse } from "../ocl/translate-step-templates.ts";
import { findNearNames } from "../near-names.ts";
import { getKind } from "../resources/index.ts";
import type { Exclusion } from "../resources/resource-kind.ts";
import { isVersionControlled } from "../resources/version-control.ts";
import { NotFoundError, ParameterError } from "../step/errors.ts";
import type { Key, Remark, ResourceGraph, Target } from "../model/graph.ts";
import { findSecrets, listUnresolved, type UnresolvedSecret } from "./explain-secrets.ts";
import { leaveOut, type Exclusions, type ReadResource } from "./leave-out.ts";
import { matchNames } from "./name-patterns.ts";
import { collectIds, mergeMet } from "./read-body.ts";
import { createNameIndex, type NameIndex } from "./read-names.ts";
import { readResources } from "./read-resources.ts";
import { readTemplateUses } from "./read-template-uses.ts";
import { toGraph } from "./to-graph.ts";

/** Names or patterns of what stays behind. */
export type ExcludedNames = Readonly<Record<Exclusion, readonly string[]>>;

export interface ReadOptions {
  exclude?: Partial<ExcludedNames>;
  /** The environment in which deployments run, and so see the values of secrets. */
  syncEnvironment?: string;
  /** All of the space that are of the root's kind, when they were read already. */
  projects?: OctopusDocument[];
  onProgress?: (percent: number, doing: string) => void;
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
 * and the step templates that its files use on the default branch. What points to something that the space no longer has is left out
 * where it can be, with a remark.
 * @param wanted - a project, by its name in whatever case
 * @throws {@link NotFoundError} naming near names; {@link ParameterError} for what is missing and cannot be left out, all of it at once
 */
export async function readGraph(space: OctopusSpace, wanted: Target, options: ReadOptions = {}): Promise<GraphReading> {
  const document = await findRoot(space, wanted, options.projects);
  const reason = getKind(wanted.kind).whyUncarried?.(document);
  if (reason !== undefined) throw new ParameterError(reason);
  const root = { kind: wanted.kind, key: [getKind(wanted.kind).nameOf(document)] };
  const names = createNameIndex(space);
  const exclude = toExclusions(options.exclude ?? {});
  const onProgress = options.onProgress ?? (() => undefined);
  const own = { kind: getKind(root.kind), key: root.key, document };
  const read = await readResources(space, own, { names, exclude, onProgress });

  await names.resolve(mergeMet(read.map((resource) => collectIds(resource.kind, resource.document))));
  const uses = isVersionControlled(document) ? await readTemplateUses(space, document) : [];
  await names.resolve({ ids: new Set(), tags: new Set(), stepTemplates: uses });
  const unresolvable = findSecrets(read, names, options.syncEnvironment);
  const remarks: Remark[] = [];
  const kept = leaveOut(read, exclude, { names, remarks });
  const git = isVersionControlled(document) ? { git: toGitReading(uses, names) } : {};
  const usedInGit = Object.values(git.git?.stepTemplates ?? {});
  const graph = toGraph(kept, { names, remarks, unresolvable, usedInGit });
  const source = toSource(space, document);
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

async function findRoot(
  space: OctopusSpace,
  { kind: kindId, key }: Target,
  known: OctopusDocument[] | undefined,
): Promise<OctopusDocument> {
  const kind = getKind(kindId);
  if (kind.ownedBy !== undefined || key.length !== 1) throw new Error(`A graph cannot begin with a ${kind.label}.`);
  const [name = ""] = key;
  const all = known ?? (await kind.list(space));
  const found = all.find((document) => isSameName(kind.nameOf(document), name));
  if (found !== undefined) return found;
  const others = all.map((document) => kind.nameOf(document));
  throw new NotFoundError(
    `The space "${space.name}" has no ${kind.label} "${name}" that the user of this API key may see.${findNearNames(name, others)}`,
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

function toSource(space: OctopusSpace, project: OctopusDocument): GraphReading["source"] {
  return { space: { id: space.id, name: space.name }, project: { id: project.Id, name: textOf(project, "Name") } };
}
