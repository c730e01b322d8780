import { describeConflicts } from "../compare/describe-conflict.ts";
import { describeKept, describeWrite } from "../compare/report.ts";
import { mapInParallel } from "../copies/map-in-parallel.ts";
import { parseMapping } from "../mapping/parse-mapping.ts";
import type { Manifest } from "../graph/manifest.ts";
import { holdsSecret } from "../model/graph.ts";
import { mappingVariable } from "../octopus/needed-variables.ts";
import { textOf } from "../model/json.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import type { StepLog } from "../step/define-step.ts";
import { NotAllowedError, NotFoundError, StepError, UnavailableError } from "../step/errors.ts";
import { createFleetSpaces, spaceUrl, TenantWithoutSpaceError, type FleetSpaces } from "./fleet-spaces.ts";
import { groupCauses, ofText, toCause, type CopyCause } from "./group-causes.ts";
import type { InstanceAccess } from "./instance-access.ts";
import { readKnownValues, type KnownValues } from "./known-values.ts";
import { listFleetTenants, type FleetTenant, type TenantSelection } from "./list-tenants.ts";
import { isPlaced, placeContent, type ContentPlace } from "./place-content.ts";
import { planOwnBaseline, withoutBrought } from "./own-baseline-first.ts";
import { planCopies, type CopyPlan, type CopyPlanOptions, type RefusedCopy } from "./plan-copy.ts";
import { findFiles, openFiles, type FileViewer, type GitReadingOptions } from "./rehearsed-files.ts";
import { outcomes, rehearsalFormat, type Outcome, type Rehearsal, type RehearsedCopy } from "./rehearsal.ts";

export interface RehearseOptions extends Omit<CopyPlanOptions, "readVariable" | "isPlaced">, ContentPlace {
  management: OctopusSpace;
  access: InstanceAccess;
  selection: TenantSelection;
  /** Which tenants, in words; "" for all. */
  selectionText: string;
  /** The package's. */
  version: string;
  /** What the package brings besides, which is brought to a space first. */
  ownBaseline: Manifest | undefined;
  /** The project whose runbook deploys; "" where nobody knows. */
  deployingProject: string;
  /** The variables of this run, which has no tenant. */
  readVariable(name: string): string | undefined;
  /** Spaces at a time. */
  atATime?: number;
  /** With what files of copies in Git are read; undefined for none, which `gitHelp` tells how to change. */
  git: GitReadingOptions | undefined;
  gitHelp: string;
  countRequests(): number;
  now(): Date;
  log: Pick<StepLog, "progress">;
}

/** What deploying the package would do in the spaces of all tenants. Nothing is written, and what one space refuses takes nothing else with it. */
export async function rehearse(given: RehearseOptions): Promise<Rehearsal> {
  const { manifest, remarks } = placeContent(given.manifest, given);
  const options = { ...given, manifest };
  const { management, selection, readVariable, access } = options;
  const [tenants, values] = await Promise.all([
    listFleetTenants(management, selection, readVariable),
    readKnownValues(management, { project: options.deployingProject, readVariable }),
  ]);
  const { viewer, note } = await openFileViewer(given);
  try {
    const run = { options, values, spaces: createFleetSpaces(access), viewer };
    const looked = await rehearseAll(tenants, run);
    return summarize(looked, given, [...remarks, ...listNotes(given, values), ...note]);
  } finally {
    await viewer?.close();
  }
}

interface Run {
  options: RehearseOptions;
  values: KnownValues;
  spaces: FleetSpaces;
  viewer: FileViewer | undefined;
}

/** What cannot be read takes nothing else with it. */
async function openFileViewer({
  manifest,
  management,
  git,
  gitHelp,
}: RehearseOptions): Promise<{ viewer: FileViewer | undefined; note: string[] }> {
  const repository = findFiles(manifest);
  if (repository === undefined) return { viewer: undefined, note: [] };
  if (git === undefined)
    return { viewer: undefined, note: [`Files of the project in Git were not looked at. ${gitHelp}`] };
  try {
    return { viewer: await openFiles(manifest, { management, repository, git }), note: [] };
  } catch (error) {
    if (!(error instanceof StepError) || git.signal.aborted) throw error;
    return { viewer: undefined, note: [`Files of the project in Git could not be looked at: ${error.message}`] };
  }
}

async function rehearseAll(tenants: readonly FleetTenant[], run: Run): Promise<Looked[]> {
  const { atATime = 8, log } = run.options;
  let done = 0;
  const looked = await mapInParallel(tenants, { atATime }, async (tenant) => {
    const found = await rehearseTenant(tenant, run);
    done += 1;
    log.progress((100 * done) / tenants.length, `looked at ${done} of ${tenants.length} spaces`);
    return found;
  });
  return looked.flat();
}

interface Looked {
  copy: RehearsedCopy;
  causes: CopyCause[];
}

async function rehearseTenant(tenant: FleetTenant, { options, values, spaces, viewer }: Run): Promise<Looked[]> {
  const base = { tenant: { id: tenant.id, name: tenant.name }, instance: tenant.url, spaceId: tenant.spaceId };
  let place = { ...base, space: tenant.name };
  try {
    const space = await spaces.open(tenant);
    place = { ...base, space: space.name };
    const planOptions = toPlanOptions(tenant, options, values);
    const { ownBaseline } = options;
    const own = ownBaseline && (await planOwnBaseline(space, planOptions, ownBaseline));
    const plans = await planCopies(space, planOptions);
    const looked = await mapInParallel(plans, { atATime: 1 }, async (planned) => {
      if ("error" in planned) return toFailed({ ...place, name: planned.name }, planned.error);
      const plan = ownBaseline ? { ...planned, obstacles: withoutBrought(planned.obstacles, ownBaseline) } : planned;
      const { receipt, repository } = plan;
      const isLooked = viewer !== undefined && receipt !== undefined && repository !== undefined;
      const files = isLooked ? await viewer.look({ space, receipt }, repository) : undefined;
      return toLooked({ ...place, ...(await linkTo(space, plan)), ...(files !== undefined && { files }) }, plan);
    });
    if (own === undefined) return looked;
    const before = "error" in own ? toFailed({ ...place, name: "" }, own.error) : toLooked({ ...place, name: "" }, own);
    return looked.map((one, index) => (index === 0 ? joinBefore(before, one) : one));
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    const failed = toFailed({ ...place, name: "" }, error);
    // What makes the space fills it with the baseline: a refusal would demand the space before there can be one.
    const isToCome = options.isPartial && error instanceof TenantWithoutSpaceError;
    return [isToCome ? { ...failed, copy: { ...failed.copy, outcome: "unknown" } } : failed];
  }
}

/** As the run for that tenant would have it. */
function toPlanOptions(tenant: FleetTenant, options: RehearseOptions, values: KnownValues): CopyPlanOptions {
  // Populate Space takes no mapping.
  const own = options.isPartial ? undefined : values.readOwn(tenant.id, mappingVariable);
  return {
    ...options,
    isPlaced: isPlaced(options),
    mapping: own === undefined ? options.mapping : parseMapping(own, `${mappingVariable} of "${tenant.name}"`),
    readVariable: (name) => values.read(tenant.id, name),
  };
}

async function linkTo(space: OctopusSpace, { name, id, plan }: CopyPlan): Promise<{ name: string; url: string }> {
  const kind = plan.resources.find(({ id: own }) => own === id)?.target.kind;
  const page = id === undefined ? "" : await pageOf(space, id, kind);
  return { name, url: `${spaceUrl(space)}${page}` };
}

/** As the portal has it (Octopus CLI, runbook snapshots): a runbook's stands below its project's. */
async function pageOf(space: OctopusSpace, id: string, kind: string | undefined): Promise<string> {
  if (kind === "project") return `/projects/${id}`;
  const runbook = kind === "runbook" ? await space.find(`/runbooks/${id}`) : undefined;
  return runbook === undefined ? "" : `/projects/${textOf(runbook, "ProjectId")}/operations/runbooks/${id}`;
}

type Place = Pick<RehearsedCopy, "tenant" | "instance" | "spaceId" | "space" | "name" | "url" | "files">;

function toLooked(place: Place, { plan, obstacles, isFirst, receipt, overwrite }: CopyPlan): Looked {
  const told = { isOverwritten: overwrite };
  const changes = plan.resources.flatMap((resource) => describeWrite(resource, { onlyPlan: true }) ?? []);
  const kept = plan.resources.flatMap((resource) => describeKept(resource, told));
  const conflicts = plan.resources.flatMap((resource) => describeConflicts(resource, told));
  const outcome = obstacles.length > 0 ? "refused" : changes.length > 0 ? "changed" : "unchanged";
  return {
    copy: {
      ...place,
      outcome,
      isFirst,
      ...(receipt?.version !== undefined && { deployed: receipt.version }),
      changes,
      kept: kept.filter(({ isConflict }) => !isConflict).map(({ text }) => text),
      conflicts: conflicts.map(({ sides, ...conflict }) => ({ ...conflict, ...sides })),
      reasons: obstacles.map(({ text }) => text),
    },
    causes: obstacles.map((obstacle) => toCause(obstacle, place.space)),
  };
}

/** What is brought first is told with the first copy of the space. */
function joinBefore({ copy: before, causes }: Looked, { copy, causes: own }: Looked): Looked {
  const isWorse = outcomes.indexOf(before.outcome) < outcomes.indexOf(copy.outcome);
  return {
    copy: {
      ...copy,
      outcome: isWorse ? before.outcome : copy.outcome,
      changes: [...before.changes, ...copy.changes],
      kept: [...before.kept, ...copy.kept],
      conflicts: [...before.conflicts, ...copy.conflicts],
      reasons: [...before.reasons.map((reason) => `Its own baseline: ${reason}`), ...copy.reasons],
    },
    causes: [...causes, ...own],
  };
}

function toFailed(place: Place, error: RefusedCopy["error"]): Looked {
  const outcome = outcomeOf(error);
  const empty = { isFirst: false, changes: [], kept: [], conflicts: [] };
  return {
    copy: { ...place, ...empty, outcome, reasons: [error.message] },
    causes: [causeOf(error, place)],
  };
}

/** What a deployment would refuse, too, is known; what another key or another hour may answer is not. */
function outcomeOf(error: StepError): Outcome {
  return error instanceof UnavailableError || error instanceof NotAllowedError ? "unknown" : "refused";
}

function causeOf(error: StepError, { space: spaceName, instance }: Place): CopyCause {
  if (error instanceof TenantWithoutSpaceError)
    return {
      key: "no space",
      kind: "other",
      text: "The tenant has no space yet.",
      mend: 'Run "__ Create Client Space" for these tenants.',
    };
  if (error instanceof NotFoundError)
    return ofText(error.message, {
      kind: "other",
      spaceName,
      mend: "Check ManagedTenant.Octopus.SpaceId of these tenants, and what the key may see.",
    });
  if (outcomeOf(error) === "refused")
    return ofText(error.message, { kind: "other", spaceName, mend: "Solve this in these spaces, and rehearse again." });
  const mend =
    error instanceof NotAllowedError
      ? `Check the key for ${instance}, and what its user may view.`
      : `Look whether ${instance} is up, and rehearse again.`;
  return ofText(error.message, { kind: "unreachable", spaceName, mend });
}

function summarize(looked: readonly Looked[], options: RehearseOptions, notes: string[]): Rehearsal {
  const { manifest, version, management, now, countRequests, selectionText } = options;
  const copies = looked.map(({ copy }) => copy).toSorted(byNeed);
  const having = (outcome: Outcome): number => copies.filter((copy) => copy.outcome === outcome).length;
  return {
    format: rehearsalFormat,
    at: now().toISOString(),
    package: {
      id: manifest.package.id,
      version,
      kind: options.isPartial ? "baseline" : manifest.root.kind,
      name: manifest.root.kind === "space" ? manifest.package.id : (manifest.root.key.at(-1) ?? ""),
    },
    management: { url: management.server.url, spaceId: management.id, space: management.name },
    selection: selectionText,
    counts: {
      copies: copies.length,
      changed: having("changed"),
      unchanged: having("unchanged"),
      refused: having("refused"),
      unknown: having("unknown"),
      kept: copies.filter(({ kept, conflicts }) => kept.length + conflicts.length > 0).length,
      conflicts: copies.reduce((sum, { conflicts }) => sum + conflicts.length, 0),
      ...countFiles(copies),
    },
    causes: groupCauses(looked.map(({ copy, causes }) => ({ space: copy.space, tenant: copy.tenant.name, causes }))),
    copies,
    notes,
    cost: { requests: countRequests() },
  };
}

function countFiles(copies: readonly RehearsedCopy[]): Pick<Rehearsal["counts"], "files"> {
  const outcomesOfFiles = copies.flatMap(({ files }) => files?.outcome ?? []);
  if (outcomesOfFiles.length === 0) return {};
  const having = (outcome: string): number => outcomesOfFiles.filter((one) => one === outcome).length;
  const [upToDate, merges, conflicts] = [having("upToDate"), having("merges"), having("conflicts")];
  return {
    files: { upToDate, merges, conflicts, others: outcomesOfFiles.length - upToDate - merges - conflicts },
  };
}

function byNeed(a: RehearsedCopy, b: RehearsedCopy): number {
  const rank = outcomes.indexOf(a.outcome) - outcomes.indexOf(b.outcome);
  return rank || b.conflicts.length - a.conflicts.length || (a.space < b.space ? -1 : 1);
}

/** What a run without a tenant cannot know. */
function listNotes(
  { manifest, ownBaseline, receiptKey, deployingProject }: RehearseOptions,
  values: KnownValues,
): string[] {
  const nodes = [...manifest.graph.nodes, ...(ownBaseline?.graph.nodes ?? [])];
  const hasSecrets = nodes.some(({ body }) => holdsSecret(body));
  const project =
    values.project === undefined
      ? `Which variables the project that deploys has is not known${deployingProject === "" ? "" : `, since there is no project "${deployingProject}"`}: a secret that only it has counts as missing.`
      : undefined;
  const secrets = [
    "Values of secrets are the tenants' and cannot be read: one that a space has counts as the one that would be sent, and only a deployment tells a new one.",
    ...(receiptKey === undefined
      ? ["Whether the receipt key is still the one of the last deployment was not looked at, since none was given."]
      : []),
  ];
  const own =
    ownBaseline === undefined
      ? []
      : [
          'The package brings a baseline of its own, which counts as brought first: by the step "Populate for This Project", which managed-spaces install --own-baseline makes.',
        ];
  return [...own, ...(hasSecrets ? [...(project === undefined ? [] : [project]), ...secrets] : [])];
}
