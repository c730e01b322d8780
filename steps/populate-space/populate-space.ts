import type { Baseline } from "../../lib/baseline/baseline-schema.ts";
import { digestBaseline, nameBaseline, toBaselineManifest } from "../../lib/baseline/baseline-manifest.ts";
import { deployPackage, type PackageDeployment } from "../../lib/deployment/deploy-package.ts";
import { findOwnCopy } from "../../lib/deployment/own-copy.ts";
import { remarkOlder } from "../../lib/deployment/remark-older.ts";
import { reportDeployment, type DeploymentReport } from "../../lib/deployment/report-deployment.ts";
import { openReceipts } from "../../lib/receipts/receipts.ts";

export interface PopulateSpaceOptions extends Pick<
  PackageDeployment,
  "space" | "readSecret" | "receiptKey" | "sendsAllSecrets" | "overwrite" | "onlyPlan" | "log"
> {
  baseline: Baseline;
  /** The package that has it; absent for one that was pasted. */
  document: { id: string; version: string } | undefined;
}

/** By what receipts and rehearsals know what it says. */
export function identifyBaseline(baseline: Baseline): { id: string; version: string } {
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
