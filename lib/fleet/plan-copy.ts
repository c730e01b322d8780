import type { MissingStepTemplates } from "../compare/bind-step-templates.ts";
import type { Plan } from "../compare/compare-graph.ts";
import type { Obstacle } from "../compare/obstacle.ts";
import type { MissingSecrets } from "../compare/secrets.ts";
import { findProjectRepository, type ProjectRepository } from "../copies/find-copies.ts";
import { findTemplateRepository, localizeManifest } from "../copies/localize-manifest.ts";
import { readCopiesAhead } from "../copies/read-copies-ahead.ts";
import { planPackage } from "../deployment/deploy-package.ts";
import { findOwnProject } from "../deployment/find-own-project.ts";
import { findStrangers } from "../deployment/find-strangers.ts";
import { mapAgain } from "../deployment/map-again.ts";
import { mapPackage } from "../deployment/map-package.ts";
import { placeRunbook } from "../deployment/place-runbook.ts";
import { findOwnCopy, type OwnCopy } from "../deployment/own-copy.ts";
import type { Manifest, ProjectManifest } from "../graph/manifest.ts";
import { isOfProject } from "../graph/read-graph.ts";
import type { Mapping } from "../mapping/mapping-schema.ts";
import { targetId } from "../model/graph.ts";
import type { RememberingSpace } from "../octopus/remember-reads.ts";
import { foldName } from "../octopus/same-name.ts";
import { refuseOtherKey } from "../receipts/receipt-key.ts";
import { askedNameOf, isOfTemplate, nameReceipt, rootKindOf, type Receipt } from "../receipts/receipt.ts";
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
  /** Whether the manifest says where a runbook goes; else each copy stays where it is. */
  isPlaced: boolean;
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
  /** Whether what people changed would be written over. */
  overwrite: boolean;
  /** Where a copy in Git has its files; undefined for any other, and for one that is not there yet. */
  repository: ProjectRepository | undefined;
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
  const { id } = manifest.package;
  if (manifest.root.kind !== "project" || !isOfProject(manifest)) {
    if (manifest.root.kind === "runbook") return planRunbooks(place, options);
    const asked = { receiptName: options.isPartial ? `Baseline[${id}]` : nameReceipt(id, ""), name: "" };
    return [await orRefused("", () => planOther(place, options, asked))];
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
  const plan = await planOwn(
    place,
    { ...options, manifest },
    { own, name: projectName, copyName: `"${projectName}"`, projectName },
  );
  const project = own.known.get("project")?.find(({ Id }) => Id === own.receipt?.project);
  return { ...plan, repository: project === undefined ? undefined : findProjectRepository(project) };
}

/** What a copy in Git has of its own; its files are not looked at. */
function localize(manifest: ProjectManifest, receipt: Receipt | undefined): ProjectManifest {
  const repository = receipt?.repository ?? findTemplateRepository(manifest);
  return repository === undefined ? manifest : localizeManifest(manifest, { ...repository, credential: undefined });
}

/** A runbook may have been brought to several projects of a space, and be called otherwise there. */
async function planRunbooks(place: Place, options: CopyPlanOptions): Promise<(CopyPlan | RefusedCopy)[]> {
  const { id } = options.manifest.package;
  const own = options.isPlaced
    ? []
    : listReceipts(place.receipts).filter(
        ({ receipt }) => receipt.package === id && rootKindOf(receipt) === "runbook" && receipt.isPartial !== true,
      );
  const first = options.manifest.root.key.join("/");
  const names = own.length === 0 ? [first] : own.map(({ name, receipt }) => askedNameOf(receipt, name));
  const plans: (CopyPlan | RefusedCopy)[] = [];
  for (const name of names)
    plans.push(
      await orRefused(name, () => planOther(place, options, { receiptName: nameReceipt(id, name), name, asked: name })),
    );
  return plans;
}

interface AskedOther {
  receiptName: string;
  /** What people call it; "" for what has no name. */
  name: string;
  /** Of a runbook: `Hello World/Restart`, as its receipt has it. */
  asked?: string;
}

/** Everything but a project is known by its receipt alone. */
async function planOther(
  place: Place,
  options: CopyPlanOptions,
  { receiptName, name, asked }: AskedOther,
): Promise<CopyPlan> {
  const { isPartial, adopt, manifest } = options;
  const { id } = manifest.package;
  const own = await findOwnCopy(place.receipts, { receiptName, adopt: adopt || isPartial });
  const copyName = `the ${isPartial ? "baseline" : "package"} "${id}"`;
  return planOwn(
    place,
    { ...options, ...(isPartial && asPopulated(own, options)) },
    { own, name, copyName, ...(asked !== undefined && { asked }) },
  );
}

/** What the form of Populate Space does not ask: and it takes back what people changed, unless the run before was told not to. */
function asPopulated(
  { receipt }: OwnCopy,
  { overwrite }: CopyPlanOptions,
): Pick<CopyPlanOptions, "missingStepTemplates" | "missingSecrets" | "overwrite"> {
  const isFirst = receipt?.version === undefined;
  return {
    missingStepTemplates: "install",
    missingSecrets: "fail",
    overwrite: overwrite || isFirst || receipt.overwrites === true,
  };
}

/** Where a copy of a runbook is, in words that say the same as its receipt: a name may have a slash in it. */
function placeAgain(manifest: Manifest, asked: string): Manifest {
  const [project = "", runbook = ""] = manifest.root.key;
  if (asked === `${project}/${runbook}`) return manifest;
  if (asked.endsWith(`/${runbook}`))
    return placeRunbook(manifest, { project: asked.slice(0, -runbook.length - 1), runbook });
  const at = asked.startsWith(`${project}/`) ? project.length : asked.indexOf("/");
  return placeRunbook(manifest, { project: asked.slice(0, at), runbook: asked.slice(at + 1) });
}

interface OwnPlanOptions {
  own: OwnCopy;
  name: string;
  /** What sentences call it. */
  copyName: string;
  projectName?: string;
  asked?: string;
}

async function planOwn(
  { space, receipts }: Place,
  options: CopyPlanOptions,
  { own, name, copyName, projectName, asked }: OwnPlanOptions,
): Promise<CopyPlan> {
  const { receiptKey, readVariable, overwrite } = options;
  refuseOtherKey(own.memory, { key: receiptKey, sendsAll: receiptKey === undefined, copy: copyName });
  const isFirst = own.receipt?.version === undefined || own.memory.base.length === 0;
  const manifest = await mapAsBefore(space, options, { own, asked });
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
  return { name, receipt: own.receipt, isFirst, plan, obstacles, overwrite, id: root?.id, repository: undefined };
}

/** With the mapping of the last deployment, where nobody gave one, and to the place where the copy is. */
async function mapAsBefore(
  space: RememberingSpace,
  { manifest, mapping }: CopyPlanOptions,
  { own: { receipt }, asked }: Pick<OwnPlanOptions, "own" | "asked">,
): Promise<Manifest> {
  const mapped =
    mapping === undefined && receipt !== undefined
      ? await mapAgain(manifest, receipt, space, { isPlaced: manifest.root.kind === "space" })
      : manifest;
  return asked === undefined ? mapped : placeAgain(mapped, asked);
}
