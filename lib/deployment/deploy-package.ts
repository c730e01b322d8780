import { applyPlan } from "../apply/apply-plan.ts";
import type { MissingStepTemplates } from "../compare/bind-step-templates.ts";
import { refuseProblems, toPlan, type Compared, type GivenDecisions, type Plan } from "../compare/compare-graph.ts";
import type { Obstacle } from "../compare/obstacle.ts";
import type { StepTemplateUses } from "../compare/comparison.ts";
import type { MissingSecrets } from "../compare/secrets.ts";
import type { Manifest } from "../graph/manifest.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { refuseOtherKey, refuseUnknownKey } from "../receipts/receipt-key.ts";
import { listInstalled, type Receipts } from "../receipts/receipts.ts";
import type { Receipt } from "../receipts/receipt.ts";
import type { StepLog } from "../step/define-step.ts";
import { compareCopy } from "./compare-copy.ts";
import type { OwnCopy } from "./own-copy.ts";
import { remarkOlder } from "./remark-older.ts";
import { createReceiptKeeper, type ReceiptDetails, type ReceiptKeeper } from "./receipt-keeper.ts";

/** What is deployed, where to, and how what is there is treated. */
export interface PackageDeployment {
  manifest: Manifest;
  /** The package's. */
  version: string;
  /** What the copy was asked to be called. */
  asked: string;
  space: OctopusSpace;
  receipts: Receipts;
  own: OwnCopy;
  /** One Octopus variable of this run. */
  readSecret: (variable: string) => string | undefined;
  receiptKey: string | undefined;
  /** Whether secrets are sent that may be there already, since the receipt key is another one. */
  sendsAllSecrets: boolean;
  overwrite: boolean;
  /** What people decide about conflicts in this run. */
  given?: GivenDecisions["given"];
  /** Whether the package says only what somebody named, and all else is as the space has it. */
  isPartial?: boolean;
  missingStepTemplates: MissingStepTemplates;
  missingSecrets: MissingSecrets;
  onlyPlan: boolean;
  log: StepLog;
}

/** What is particular to one kind of copy. */
export interface CopyHooks<Brought extends Bringing> {
  /** What sentences call the copy. */
  copyName: string;
  /** The project's name in the space, where the package is of one. */
  projectName?: string;
  /** Phrases for what is missing besides. */
  problems?: readonly string[];
  /** @returns phrases for what stands against the plan */
  check?(compared: Compared): readonly string[];
  /** Awaited when the step templates are in the space, and nothing else was written yet. */
  onStepTemplates?(known: StepTemplateUses): Promise<void>;
  /** Brings what is no resource, or would; the plan is carried out by then. */
  bring(plan: Plan): Promise<Brought>;
  describeCopy?(details: ReceiptDetails): Partial<Receipt>;
}

export interface Bringing {
  /** For the receipt's upstream. */
  record: Record<string, string>;
}

/**
 * Compares a package with a space, writes what differs and is nobody's, and keeps a receipt there of what was deployed.
 * @returns the plan as it is by then
 */
export async function deployPackage<Brought extends Bringing>(
  deployment: PackageDeployment,
  hooks: CopyHooks<Brought>,
): Promise<{ plan: Plan; brought: Brought; undecided: readonly string[] }> {
  const { own, log, receiptKey, onlyPlan } = deployment;
  const keyed = { copy: hooks.copyName, sendsAll: deployment.sendsAllSecrets };
  refuseOtherKey(own.memory, { ...keyed, key: receiptKey });
  if (deployment.isPartial !== true)
    remarkOlder(
      { id: deployment.manifest.package.id, version: deployment.version, known: own.receipt?.version },
      deployment,
    );
  const compared = await planPackage(deployment, hooks);
  refuseProblems({ problems: compared.obstacles.map(({ text }) => text), obstacles: compared.obstacles });
  refuseUnknownKey(own.memory, { ...keyed, plans: compared.plans });
  if (receiptKey === undefined && sendsSecrets(compared))
    log.warn('No "Receipt Key" is set, so every secret is sent in every run.');
  const keeper = createReceiptKeeper(deployment, { ...deployment, compared, describeCopy: hooks.describeCopy });
  if (!onlyPlan) await carryOut(deployment, hooks, { compared, keeper });
  const plan = { ...compared.plan, ...toPlan(compared.comparison, compared.plans) };
  const brought = await hooks.bring(plan);
  if (!onlyPlan) await keeper.finish(brought.record);
  return { plan, brought, undecided: compared.undecided };
}

function sendsSecrets({ plans }: Compared): boolean {
  return plans.some(({ secrets }) => secrets.toSend.size > 0);
}

/** As far as it takes to say what a deployment would do. */
export type PlannedDeployment = Pick<
  PackageDeployment,
  | "space"
  | "manifest"
  | "own"
  | "receipts"
  | "overwrite"
  | "given"
  | "missingStepTemplates"
  | "missingSecrets"
  | "isPartial"
  | "readSecret"
  | "receiptKey"
  | "sendsAllSecrets"
> & {
  /** Whether nobody knows the secrets, but only that there are some: those that the space has count as the same. */
  assumesSameSecrets?: boolean;
};

/** What a deployment would do, and all that is in its way. Writes nothing. */
export async function planPackage(
  deployment: PlannedDeployment,
  hooks: Pick<CopyHooks<Bringing>, "projectName" | "problems" | "check">,
): Promise<Compared & { obstacles: Obstacle[] }> {
  const compared = await compare(deployment, hooks);
  const checked = (hooks.check?.(compared) ?? []).map((text) => ({ text }));
  return { ...compared, obstacles: [...compared.plan.obstacles, ...checked] };
}

function compare(
  deployment: PlannedDeployment,
  { projectName, problems }: Pick<CopyHooks<Bringing>, "projectName" | "problems">,
): Promise<Compared> {
  const { space, manifest, own, receipts, overwrite, missingStepTemplates } = deployment;
  const { receipt, memory, isUnfinished, isAdopting, known } = own;
  return compareCopy({
    space,
    manifest,
    projectName,
    overwrite,
    given: deployment.given,
    isPartial: deployment.isPartial,
    missingStepTemplates,
    memory,
    isUnfinished,
    isAdopting,
    known,
    installed: listInstalled(receipts),
    claimsUsed: receipt?.version !== undefined && receipt.installed === undefined,
    secrets: {
      readVariable: deployment.readSecret,
      missing: deployment.missingSecrets,
      key: deployment.receiptKey,
      sendsAll: deployment.sendsAllSecrets,
      assumesSame: deployment.assumesSameSecrets,
    },
    ...(problems !== undefined && { problems }),
  });
}

async function carryOut(
  { log }: PackageDeployment,
  { onStepTemplates }: CopyHooks<Bringing>,
  { compared, keeper }: { compared: Compared; keeper: ReceiptKeeper },
): Promise<void> {
  try {
    await applyPlan(compared, {
      ...(onStepTemplates !== undefined && { onStepTemplates }),
      onFirstWrite: keeper.begin,
      onProgress: (percent, doing) => log.progress(percent, doing),
    });
  } catch (error) {
    await keeper.withdraw();
    throw error;
  }
}
