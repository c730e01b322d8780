import { applyGraph, type ApplyResult } from "../../lib/apply/apply-graph.ts";
import { openReceipts } from "../../lib/receipts/receipt.ts";
import { countOutcomes, describeWrite } from "../../lib/compare/report.ts";
import { toGraph } from "../../lib/baseline/baseline-to-graph.ts";
import type { Baseline } from "../../lib/baseline/baseline-schema.ts";
import { forEachSecret } from "../../lib/model/graph.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import type { StepLog } from "../../lib/step/define-step.ts";

export interface PopulateSpaceOptions {
  baseline: Baseline;
  space: OctopusSpace;
  /** One Octopus variable of this run. */
  readSecret: (variable: string) => string | undefined;
  receiptKey: string | undefined;
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
export async function populateSpace({
  baseline,
  space,
  readSecret,
  receiptKey,
  onlyPlan,
  log,
}: PopulateSpaceOptions): Promise<PopulateSpaceOutcome> {
  const name = baseline.name ?? "baseline";
  const receiptName = `Baseline[${name}]`;
  const graph = toGraph(baseline);
  let hasSecrets = false;
  for (const { body } of graph.nodes) forEachSecret(body, () => (hasSecrets = true));
  if (hasSecrets && receiptKey === undefined)
    log.warn('No "Receipt Key" is set, so every secret is sent in every run.');
  const receipts = hasSecrets && receiptKey !== undefined ? await openReceipts(space) : undefined;

  const result = await applyGraph({
    space,
    graph,
    overwrite: true,
    secrets: { readVariable: readSecret, missing: "fail", key: receiptKey, sent: receipts?.find(receiptName)?.secrets },
    onlyPlan,
    onProgress: (percent, doing) => log.progress(percent, doing),
  });

  if (!onlyPlan) await receipts?.save(receiptName, () => ({ format: 1, package: name, secrets: result.secretDigests }));
  return report(result, { space, onlyPlan, log });
}

function report(
  result: ApplyResult,
  { space, onlyPlan, log }: Pick<PopulateSpaceOptions, "space" | "onlyPlan" | "log">,
): PopulateSpaceOutcome {
  const lines = result.outcomes.flatMap((outcome) => describeWrite(outcome, { onlyPlan }) ?? []);
  for (const line of lines) log.info(line);
  const { created, updated } = countOutcomes(result);
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
