import { applyPlan } from "../../lib/apply/apply-plan.ts";
import { compareGraph, refuseProblems, toPlan, type Plan } from "../../lib/compare/compare-graph.ts";
import type { NodePlan } from "../../lib/compare/comparison.ts";
import { countPlan, describeWrite } from "../../lib/compare/report.ts";
import { identifyReceiptKey, refuseOtherKey, refuseUnknownKey } from "../../lib/receipts/receipt-key.ts";
import { openReceipts, recallCopy, type Receipts } from "../../lib/receipts/receipts.ts";
import { rememberCopy, saveReceipt } from "../../lib/receipts/write-receipts.ts";
import { toGraph } from "../../lib/baseline/baseline-to-graph.ts";
import type { Baseline } from "../../lib/baseline/baseline-schema.ts";
import { forEachSecret } from "../../lib/model/graph.ts";
import { textOf } from "../../lib/model/json.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import type { StepLog } from "../../lib/step/define-step.ts";

export interface PopulateSpaceOptions {
  baseline: Baseline;
  space: OctopusSpace;
  /** One Octopus variable of this run. */
  readSecret: (variable: string) => string | undefined;
  receiptKey: string | undefined;
  /** Whether secrets are sent that may be there already, since the receipt key is another one. */
  sendsAllSecrets: boolean;
  onlyPlan: boolean;
  log: StepLog;
}

export interface PopulateSpaceOutcome {
  isChanged: boolean;
  /** What was written. */
  lines: string[];
  summary: string;
}

/** Makes a space have what a baseline says; what the baseline does not name stays as it is. */
export async function populateSpace(options: PopulateSpaceOptions): Promise<PopulateSpaceOutcome> {
  const { baseline, space, readSecret, receiptKey, onlyPlan, log } = options;
  const name = textOf(baseline, "name") || "baseline";
  const graph = toGraph(baseline);
  let hasSecrets = false;
  for (const { body } of graph.nodes) forEachSecret(body, () => (hasSecrets = true));
  if (hasSecrets && receiptKey === undefined)
    log.warn('No "Receipt Key" is set, so every secret is sent in every run.');
  const receipts = hasSecrets ? await openReceipts(space) : undefined;
  const receiptName = `Baseline[${name}]`;
  const memory = receipts === undefined ? undefined : await recallCopy(receipts, receiptName);
  const asked = { sendsAll: options.sendsAllSecrets, copy: `the baseline "${name}"` };
  if (memory !== undefined) refuseOtherKey(memory, { ...asked, key: receiptKey });

  const sent = options.sendsAllSecrets ? {} : (memory?.secrets ?? {});
  const compared = await compareGraph({
    space,
    graph,
    overwrite: true,
    secrets: { readVariable: readSecret, missing: "fail", key: receiptKey, sent },
  });
  refuseProblems(compared.plan);
  if (memory !== undefined) refuseUnknownKey(memory, { ...asked, plans: compared.plans });
  if (!onlyPlan) {
    await applyPlan(compared, { onProgress: (percent, doing) => log.progress(percent, doing) });
    if (receipts !== undefined && (receiptKey !== undefined || Object.keys(memory?.secrets ?? {}).length > 0))
      await keepReceipt(receipts, { name, receiptName, receiptKey, plans: compared.plans });
  }
  return report({ ...compared.plan, ...toPlan(compared.comparison, compared.plans) }, { space, onlyPlan, log });
}

interface Keeping {
  name: string;
  receiptName: string;
  receiptKey: string | undefined;
  plans: readonly NodePlan[];
}

async function keepReceipt(receipts: Receipts, { name, receiptName, receiptKey, plans }: Keeping): Promise<void> {
  const secrets: Record<string, string> = Object.assign({}, ...plans.map((plan) => plan.secrets.digests));
  const key = identifyReceiptKey(receiptKey);
  await saveReceipt(receipts, receiptName, () => ({ format: 2, package: name }));
  await rememberCopy(receipts, receiptName, (known) => ({
    ...known,
    secrets,
    receiptKey: key,
  }));
}

function report(
  plan: Plan,
  { space, onlyPlan, log }: Pick<PopulateSpaceOptions, "space" | "onlyPlan" | "log">,
): PopulateSpaceOutcome {
  const lines = plan.resources.flatMap((resource) => describeWrite(resource, { onlyPlan }) ?? []);
  for (const line of lines) log.info(line);
  const { created, updated } = countPlan(plan);
  const work = [created > 0 ? `${created} made` : "", updated > 0 ? `${updated} updated` : ""]
    .filter((part) => part !== "")
    .join(", ");
  const link = `[${space.name}](${space.server.url}/app#/${space.id})`;
  const nothing = `The space ${link} has all that the baseline says: nothing ${onlyPlan ? "would be" : "was"} written.`;
  return {
    isChanged: lines.length > 0 && !onlyPlan,
    lines,
    summary: work === "" ? nothing : `${onlyPlan ? "Would populate" : "Populated"} the space ${link}: ${work}.`,
  };
}
