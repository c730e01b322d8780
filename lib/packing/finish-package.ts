import type { UnresolvedSecret } from "../graph/explain-secrets.ts";
import type { OctopusClient, OctopusSpace } from "../octopus/octopus-client.ts";
import type { StepContext, StepLog } from "../step/define-step.ts";
import { describeSecrets, listUnresolvedSecrets } from "./describe-secrets.ts";
import { listUnfitLookUps } from "./pack-choices.ts";
import type { packageOutputs } from "./packing-parameters.ts";
import { keepPackage, publishWithPackage } from "./publish-with-package.ts";
import type { PushResult } from "./push-package.ts";

export interface FinishOptions {
  publishedRunbook: string | undefined;
  publishedRunbookProject: string | undefined;
  keepingRunbook: string | undefined;
  keepingRunbookProject: string | undefined;
  onlyPlan: boolean;
}

/** Publishes the runbooks that use the package, and the one that keeps it. */
export async function publishRunbooks(
  publishing: { space: OctopusSpace; pushed: PushResult; log: StepLog },
  options: FinishOptions,
): Promise<void> {
  if (options.onlyPlan) return;
  await publishWithPackage(publishing, { name: options.publishedRunbook, project: options.publishedRunbookProject });
  await keepPackage(publishing, { name: options.keepingRunbook, project: options.keepingRunbookProject });
}

interface ReportPackageOptions {
  octopus: OctopusClient;
  /** Id of the space whose feed has the package; by default that of what was packed. */
  homeId?: string;
  onlyPlan: boolean;
  /** Lines that say what the Terraform module finds in the space. */
  terraformLookUps: readonly string[];
  staying?: readonly string[];
}

type Run = Pick<StepContext<unknown, keyof typeof packageOutputs>, "log" | "setOutput" | "mask" | "readVariable">;

/** Tells what was packed, in the log and to the step's outputs. @param staying - what is no part of the package, in sentences */
export function reportPackage(
  { log, setOutput, mask, readVariable }: Run,
  result: PushResult,
  { octopus, homeId = result.reading.source.space.id, onlyPlan, terraformLookUps, staying = [] }: ReportPackageOptions,
): void {
  for (const sentence of listUnfitLookUps(terraformLookUps, result.reading.graph)) log.warn(sentence);
  const unresolved = listUnresolvedSecrets(result.reading, { mask, readVariable });
  report(result, { unresolved, staying, log });
  setOutput("PackageId", result.packageId);
  setOutput("PackageVersion", result.version);
  setOutput("Changed", result.isChanged && !onlyPlan ? "True" : "False");
  setOutput("UnresolvedSecrets", unresolved.map(({ about }) => about).join("\n"));
  log.verbose(`${octopus.requestCount} requests`);
  const link = `[${result.packageId} ${result.version}](${octopus.url}/app#/${homeId}/library/builtinrepository/versions/${result.packageId})`;
  log.highlight(summarize(result, { link, onlyPlan }));
}

interface Told {
  unresolved: UnresolvedSecret[];
  staying: readonly string[];
  log: StepLog;
}

function report({ reading: { graph }, remarks }: PushResult, { unresolved, staying, log }: Told): void {
  for (const { about, text: remark } of remarks) log.info(`${about}: ${remark}.`);
  for (const sentence of [...staying, ...describeSecrets(graph)]) log.info(sentence);
  for (const { about, reason } of unresolved) log.warn(`A deployment cannot send the secret of ${about}: ${reason}.`);
}

function summarize(
  { packageId, isChanged }: PushResult,
  { link, onlyPlan }: { link: string; onlyPlan: boolean },
): string {
  if (!isChanged) return `Nothing has changed since ${link}: pushed nothing.`;
  return onlyPlan ? `Would push a new version of ${packageId}.` : `Pushed ${link}.`;
}
