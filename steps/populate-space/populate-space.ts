import type { Baseline } from "../../lib/baseline/baseline-schema.ts";
import { digestBaseline, nameBaseline, toBaselineManifest } from "../../lib/baseline/baseline-manifest.ts";
import type { Rehearsed } from "../../lib/deployment/demand-rehearsal.ts";
import { deployPackage, type PackageDeployment } from "../../lib/deployment/deploy-package.ts";
import { findOwnCopy } from "../../lib/deployment/own-copy.ts";
import { remarkOlder } from "../../lib/deployment/remark-older.ts";
import { reportDeployment, type DeploymentReport } from "../../lib/deployment/report-deployment.ts";
import { ConflictError } from "../../lib/step/errors.ts";
import { openReceipts } from "../../lib/receipts/receipts.ts";

export interface PopulateSpaceOptions extends Pick<
  PackageDeployment,
  "space" | "readSecret" | "receiptKey" | "sendsAllSecrets" | "overwrite" | "onlyPlan" | "log"
> {
  baseline: Baseline;
  /** Whether only one template needs it, whose package has it. */
  isOwnOfTemplate: boolean;
  /** The package that has it; absent for one that was pasted. */
  document: { id: string; version: string } | undefined;
}

/** What a rehearsal was of: that of a template's package looks at what it brings, too. */
export function identifyRehearsed(
  { baseline, isOwnOfTemplate }: Pick<PopulateSpaceOptions, "baseline" | "isOwnOfTemplate">,
  document: PopulateSpaceOptions["document"],
): Rehearsed {
  if (isOwnOfTemplate && document !== undefined) return { what: "package", id: document.id, version: document.version };
  return { what: "baseline", ...identifyBaseline(baseline) };
}

/** By what receipts know what it says. */
function identifyBaseline(baseline: Baseline): { id: string; version: string } {
  return { id: nameBaseline(baseline), version: digestBaseline(toBaselineManifest(baseline)) };
}

/** Makes a space have what a baseline says; what the baseline does not name stays as it is. */
export async function populateSpace(options: PopulateSpaceOptions): Promise<DeploymentReport> {
  const { baseline, space } = options;
  const { id: name, version } = identifyBaseline(baseline);
  const manifest = toBaselineManifest(baseline);
  const receipts = await openReceipts(space);
  const own = await findOwnCopy(receipts, { receiptName: `Baseline[${name}]`, adopt: true });
  const { document } = options;
  refuseOther(options, own.receipt?.upstream?.["document"], { name, isThere: own.receipt?.version !== undefined });
  // What a person wrote has no version but that of the package that brings it.
  if (document !== undefined && own.receipt?.upstream?.["document"] === document.id)
    remarkOlder({ ...document, known: own.receipt.upstream["documentVersion"] }, options);
  const { plan, brought } = await deployPackage(
    {
      ...options,
      manifest,
      version,
      asked: "",
      receipts,
      own,
      isPartial: true,
      missingStepTemplates: "install",
      missingSecrets: "fail",
    },
    {
      copyName: `the baseline "${name}"`,
      bring: () => Promise.resolve({ written: [], kept: [], failed: [], record: toRecord(options) }),
    },
  );
  const link = `the space [${space.name}](${space.server.url}/app#/${space.id})`;
  const report = reportDeployment({ ...options, manifest, version, link }, { plan, brought });
  return { ...report, summary: summarize(report.counts, { link, onlyPlan: options.onlyPlan }) };
}

/** What all spaces have is no template's: with one name they would take each other for what they were before. */
function refuseOther(
  { document, isOwnOfTemplate, space }: PopulateSpaceOptions,
  known: string | undefined,
  { name, isThere }: { name: string; isThere: boolean },
): void {
  if (!isOwnOfTemplate || !isThere || known === document?.id) return;
  throw new ConflictError(
    `The space "${space.name}" has a baseline "${name}" already, ${known === undefined ? "which no package brought" : `which the package "${known}" brought`}. Give the "Own Baseline" of the project in "${document?.id}" another "name", or none: then it is called as its package.`,
  );
}

function toRecord({ document }: PopulateSpaceOptions): Record<string, string> {
  return document === undefined ? {} : { document: document.id, documentVersion: document.version };
}

function summarize(
  { created, updated, kept, conflicts }: DeploymentReport["counts"],
  { link, onlyPlan }: { link: string; onlyPlan: boolean },
): string {
  const work = [created > 0 ? `${created} made` : "", updated > 0 ? `${updated} updated` : ""].filter(
    (part) => part !== "",
  );
  const keeping = kept === 0 ? "" : ` Kept of people's changes: ${kept}, of which ${conflicts} in conflict.`;
  if (work.length > 0) return `${onlyPlan ? "Would populate" : "Populated"} ${link}: ${work.join(", ")}.${keeping}`;
  const all = kept === 0 ? "all that the baseline says" : "all of the baseline but for what people keep";
  return `${link.replace(/^t/, "T")} has ${all}: nothing ${onlyPlan ? "would be" : "was"} written.${keeping}`;
}
