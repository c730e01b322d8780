import { applyPlan } from "../../lib/apply/apply-plan.ts";
import type { MissingStepTemplates } from "../../lib/compare/bind-step-templates.ts";
import { refuseProblems, toPlan, type Compared, type Plan } from "../../lib/compare/compare-graph.ts";
import type { MissingSecrets } from "../../lib/compare/secrets.ts";
import { compareCopy } from "../../lib/copies/compare-copy.ts";
import type { ProjectManifest } from "../../lib/graph/manifest.ts";
import { targetId } from "../../lib/model/graph.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { refuseOtherKey, refuseUnknownKey } from "../../lib/receipts/receipt-key.ts";
import { listInstalled, openReceipts } from "../../lib/receipts/receipts.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import { bringExtras } from "./bring-extras.ts";
import type { BroughtExtras } from "./brought-extras.ts";
import { findOwnProject, type OwnProject } from "./find-own-project.ts";
import { openGitCopy, type GitCopy, type GitOptions } from "./git-copy.ts";
import { findTemplateRepository } from "./localize-manifest.ts";
import { createReceiptKeeper, type ReceiptKeeper } from "./receipt-keeper.ts";
import { reportDeployment, type DeployProjectOutcome } from "./report-deployment.ts";

export interface DeployProjectOptions {
  manifest: ProjectManifest;
  /** The package's. */
  version: string;
  /** What the project is called in the managed space. */
  projectName: string;
  space: OctopusSpace;
  /** One Octopus variable of this run. */
  readSecret: (variable: string) => string | undefined;
  receiptKey: string | undefined;
  /** Whether secrets are sent that may be there already, since the receipt key is another one. */
  sendsAllSecrets: boolean;
  overwrite: boolean;
  adopt: boolean;
  /** Whether it is a copy beside those that the space has of the template. */
  isAnother: boolean;
  missingStepTemplates: MissingStepTemplates;
  missingSecrets: MissingSecrets;
  git: GitOptions;
  /** Whether runbooks that are published in the template are published in the copy. */
  publishRunbooks: boolean;
  readPackageFile: (path: string) => string | undefined;
  onlyPlan: boolean;
  log: StepLog;
}

/** Compares a package with a space, writes what differs and is nobody's, and keeps a receipt there of what was deployed. */
export async function deployProject(given: DeployProjectOptions): Promise<DeployProjectOutcome> {
  const { log } = given;
  const receipts = await openReceipts(given.space);
  const isInGit = findTemplateRepository(given.manifest) !== undefined;
  const own = await findOwnProject({ ...given, receipts, isInGit });
  const copy = `"${given.projectName}"`;
  const asked = { copy, sendsAll: given.sendsAllSecrets };
  refuseOtherKey(own.memory, { ...asked, key: given.receiptKey });
  if (given.receiptKey === undefined) log.warn('No "Receipt Key" is set, so every secret is sent in every run.');

  const gitCopy = await openGitCopy(given, own.receipt);
  const options = { ...given, manifest: gitCopy?.manifest ?? given.manifest };
  try {
    const compared = await compare(options, { own, gitCopy, installed: listInstalled(receipts) });
    refuseProblems(compared.plan);
    refuseUnknownKey(own.memory, { ...asked, plans: compared.plans });
    const keeper = createReceiptKeeper(options, { receipts, own, gitCopy, compared });
    if (!options.onlyPlan) await carryOut(options, { gitCopy, compared, keeper });
    const plan = { ...compared.plan, ...toPlan(compared.comparison, compared.plans) };
    const brought = await bringAlong(options, { own, plan });
    if (!options.onlyPlan) await keeper.finish(brought.record);
    return reportDeployment(options, { plan, brought });
  } finally {
    await gitCopy?.files?.close();
  }
}

interface Deployment {
  own: OwnProject;
  gitCopy: GitCopy | undefined;
}

function compare(
  options: DeployProjectOptions,
  { own, gitCopy, installed }: Deployment & { installed: Record<string, string> },
): Promise<Compared> {
  const { manifest, space, projectName, overwrite, missingStepTemplates } = options;
  return compareCopy({
    space,
    manifest,
    projectName,
    overwrite,
    missingStepTemplates,
    installed,
    claimsUsed: own.receipt?.version !== undefined && own.receipt.installed === undefined,
    memory: own.memory,
    projects: own.projects,
    isUnfinished: own.isUnfinished,
    isAdopting: own.isAdopting,
    secrets: {
      readVariable: options.readSecret,
      missing: options.missingSecrets,
      key: options.receiptKey,
      sendsAll: options.sendsAllSecrets,
    },
    ...(gitCopy?.files !== undefined && { problems: gitCopy.files.problems }),
  });
}

async function carryOut(
  options: DeployProjectOptions,
  { gitCopy, compared, keeper }: Pick<Deployment, "gitCopy"> & { compared: Compared; keeper: ReceiptKeeper },
): Promise<void> {
  try {
    await applyPlan(compared, {
      onStepTemplates: async (known) => gitCopy?.files?.writeStepTemplates(known),
      onFirstWrite: keeper.begin,
      onProgress: (percent, doing) => options.log.progress(percent, doing),
    });
  } catch (error) {
    await keeper.withdraw();
    throw error;
  }
}

function bringAlong(
  options: DeployProjectOptions,
  { own, plan }: { own: OwnProject; plan: Plan },
): Promise<BroughtExtras> {
  const { manifest, space, projectName, overwrite, onlyPlan } = options;
  const root = plan.resources.find(({ target }) => targetId(target) === targetId(manifest.root));
  return bringExtras({
    space,
    resources: plan.resources,
    projectName,
    overwrite,
    onlyPlan,
    extras: manifest.extras ?? {},
    projectId: root?.id ?? "",
    recorded: own.receipt?.upstream ?? {},
    isResumed: own.memory.pending.length > 0,
    publish: options.publishRunbooks,
    readFile: options.readPackageFile,
  });
}
