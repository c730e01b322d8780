import type { MissingStepTemplates } from "../compare/bind-step-templates.ts";
import type { Plan } from "../compare/compare-graph.ts";
import type { Obstacle } from "../compare/obstacle.ts";
import type { MissingSecrets } from "../compare/secrets.ts";
import { findTemplateRepository, localizeManifest } from "../copies/localize-manifest.ts";
import { readCopiesAhead } from "../copies/read-copies-ahead.ts";
import { planPackage } from "../deployment/deploy-package.ts";
import { findOwnProject } from "../deployment/find-own-project.ts";
import { findStrangers } from "../deployment/find-strangers.ts";
import { mapAgain } from "../deployment/map-again.ts";
import { mapPackage } from "../deployment/map-package.ts";
import { findOwnCopy, type OwnCopy } from "../deployment/own-copy.ts";
import type { Manifest, ProjectManifest } from "../graph/manifest.ts";
import { isOfProject } from "../graph/read-graph.ts";
import type { Mapping } from "../mapping/mapping-schema.ts";
import { targetId } from "../model/graph.ts";
import type { RememberingSpace } from "../octopus/remember-reads.ts";
import { foldName } from "../octopus/same-name.ts";
import { refuseOtherKey } from "../receipts/receipt-key.ts";
import { askedNameOf, isOfTemplate, nameReceipt, type Receipt } from "../receipts/receipt.ts";
import { listReceipts, openReceipts, type Receipts } from "../receipts/receipts.ts";
import { listInBatches } from "../resources/resource-kind.ts";
import { StepError } from "../step/errors.ts";

/** How the package would be deployed: what the form of the deploying step says, and what the tenant's run would know. */
export interface CopyPlanOptions {
  manifest: Manifest;
  /** Whether it says only what somebody named: a baseline. */
  isPartial: boolean;
  /** What the copy of a project is to be called; else as it is called, and a first one as the template is. */
  projectName: string | undefined;
  /** That of the run; undefined for the one that the copy was deployed with last. */
  mapping: Mapping | undefined;
  /** A variable of the run for the tenant; "" for one of which nobody here knows the value. */
  readVariable(name: string): string | undefined;
  /** Undefined where it is not known here. */
  receiptKey: string | undefined;
  overwrite: boolean;
  adopt: boolean;
  missingStepTemplates: MissingStepTemplates;
  missingSecrets: MissingSecrets;
}

/** What a deployment would do with one copy. */
export interface CopyPlan {
  /** What it is called; "" for what has no name. */
  name: string;
  receipt: Receipt | undefined;
  /** Whether there is none yet. */
  isFirst: boolean;
  plan: Plan;
  obstacles: Obstacle[];
  /** Id of what it is, where that is one thing and in the space. */
  id: string | undefined;
}

/** A deployment would be refused before it compares anything. */
export interface RefusedCopy {
  name: string;
  error: StepError;
}

interface Place {
  space: RememberingSpace;
  receipts: Receipts;
}

/**
 * What deploying the package would do with each copy that the space has of it, or with the first. Writes nothing.
 * @throws {@link StepError} for what stands against all of them
 */
export async function planCopies(space: RememberingSpace, given: CopyPlanOptions): Promise<(CopyPlan | RefusedCopy)[]> {
  const { mapping, readVariable } = given;
  const place = { space, receipts: await openReceipts(space) };
  const manifest = await mapPackage(given.manifest, mapping, { space, readVariable, log: silent });
  const options = { ...given, manifest };
  if (manifest.root.kind !== "project" || !isOfProject(manifest)) {
    const name = manifest.root.kind === "space" ? "" : (manifest.root.key.at(-1) ?? "");
    return [await orRefused(name, () => planOther(place, options, name))];
  }
  const own = { ...options, manifest };
  const plans: (CopyPlan | RefusedCopy)[] = [];
  for (const name of await listNames(place, own))
    plans.push(await orRefused(name, () => planProject(place, own, name)));
  return plans;
}

const silent = { info: (): void => undefined, warn: (): void => undefined };

async function orRefused(name: string, planning: () => Promise<CopyPlan>): Promise<CopyPlan | RefusedCopy> {
  try {
    return await planning();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return { name, error };
  }
}

interface ProjectOptions extends CopyPlanOptions {
  manifest: ProjectManifest;
}

/** A copy that is called as its template was follows a new name of that. */
async function listNames({ space, receipts }: Place, { manifest, projectName }: ProjectOptions): Promise<string[]> {
  const { project, space: source } = manifest.source;
  const template = { packageId: manifest.package.id, projectId: project.id, spaceId: source.id };
  const all = listReceipts(receipts).filter(({ receipt }) => isOfTemplate(receipt, template));
  const projects = await listInBatches(
    all.flatMap(({ receipt }) => receipt.project ?? []),
    (ids) => space.list("/projects", { ids }),
  );
  const isThere = ({ project: id }: Receipt): boolean => id === undefined || projects.some(({ Id }) => Id === id);
  const own = all.filter(({ receipt }) => isThere(receipt));
  await readCopiesAhead(space, { receipts, names: own.map(({ name }) => name), projects });
  const first = manifest.root.key.at(-1) ?? "";
  if (projectName !== undefined || own.length === 0) return [projectName ?? first];
  const names = own.map(({ name, receipt }) => {
    const asked = askedNameOf(receipt, name);
    return asked === receipt.upstream?.["project"] ? first : asked;
  });
  return [...new Map(names.map((name) => [foldName(name), name])).values()];
}

async function planProject(place: Place, options: ProjectOptions, projectName: string): Promise<CopyPlan> {
  const isInGit = findTemplateRepository(options.manifest) !== undefined;
  const own = await findOwnProject({ ...options, ...place, projectName, isAnother: false, isInGit });
  const manifest = isInGit ? localize(options.manifest, own.receipt) : options.manifest;
  return planOwn(
    place,
    { ...options, manifest },
    { own, name: projectName, copyName: `"${projectName}"`, projectName },
  );
}

/** What a copy in Git has of its own; its files are not looked at. */
function localize(manifest: ProjectManifest, receipt: Receipt | undefined): ProjectManifest {
  const repository = receipt?.repository ?? findTemplateRepository(manifest);
  return repository === undefined ? manifest : localizeManifest(manifest, { ...repository, credential: undefined });
}

/** Everything but a project is known by its receipt alone. */
async function planOther(place: Place, options: CopyPlanOptions, name: string): Promise<CopyPlan> {
  const { isPartial, adopt, manifest } = options;
  const { id } = manifest.package;
  const asked = manifest.root.kind === "runbook" ? manifest.root.key.join("/") : "";
  const receiptName = isPartial ? `Baseline[${id}]` : nameReceipt(id, asked);
  const own = await findOwnCopy(place.receipts, { receiptName, adopt: adopt || isPartial });
  return planOwn(place, options, { own, name, copyName: `the package "${id}"` });
}

interface OwnPlanOptions {
  own: OwnCopy;
  name: string;
  /** What sentences call it. */
  copyName: string;
  projectName?: string;
}

async function planOwn(
  { space, receipts }: Place,
  options: CopyPlanOptions,
  { own, name, copyName, projectName }: OwnPlanOptions,
): Promise<CopyPlan> {
  const { receiptKey, readVariable, mapping } = options;
  refuseOtherKey(own.memory, { key: receiptKey, sendsAll: receiptKey === undefined, copy: copyName });
  const isFirst = own.receipt?.version === undefined || own.memory.base.length === 0;
  const manifest =
    mapping === undefined && own.receipt !== undefined
      ? await mapAgain(options.manifest, own.receipt, space)
      : options.manifest;
  const { plan, obstacles } = await planPackage(
    {
      ...options,
      manifest,
      own,
      space,
      receipts,
      readSecret: readVariable,
      sendsAllSecrets: false,
      assumesSameSecrets: true,
    },
    {
      ...(projectName !== undefined && { projectName }),
      check: (compared) => (own.isAdopting || projectName !== undefined ? [] : findStrangers(compared)),
    },
  );
  const root = plan.resources.find(({ target }) => targetId(target) === targetId(manifest.root));
  return { name, receipt: own.receipt, isFirst, plan, obstacles, id: root?.id };
}
