import { deployPackage, type PackageDeployment } from "../../lib/deployment/deploy-package.ts";
import { findOwnCopy } from "../../lib/deployment/own-copy.ts";
import { reportDeployment, type DeploymentReport } from "../../lib/deployment/report-deployment.ts";
import type { Manifest } from "../../lib/graph/manifest.ts";
import { targetId } from "../../lib/model/graph.ts";
import { nameReceipt } from "../../lib/receipts/receipt.ts";
import { openReceipts } from "../../lib/receipts/receipts.ts";

export interface DeployRunbookOptions extends Omit<PackageDeployment, "asked" | "receipts" | "own"> {
  /** Whether a runbook of that name that people made becomes the copy. */
  adopt: boolean;
}

export interface DeployRunbookOutcome extends DeploymentReport {
  /** "" when there is none yet. */
  runbookId: string;
}

/** {@link deployPackage} of one runbook into a project of the space. */
export async function deployRunbook(options: DeployRunbookOptions): Promise<DeployRunbookOutcome> {
  const { space, manifest, adopt } = options;
  const [project = "", runbook = ""] = manifest.root.key;
  const asked = `${project}/${runbook}`;
  const receipts = await openReceipts(space);
  const own = await findOwnCopy(receipts, { receiptName: nameReceipt(manifest.package.id, asked), adopt });
  const { plan, brought, undecided } = await deployPackage(
    { ...options, asked, receipts, own },
    {
      copyName: `the runbook "${runbook}" of "${project}"`,
      bring: () => Promise.resolve({ written: [], kept: [], failed: [], record: {} }),
    },
  );
  const runbookId = plan.resources.find(({ target }) => targetId(target) === targetId(manifest.root))?.id ?? "";
  const place = `the project "${project}" of the space "${space.name}"`;
  const report = reportDeployment(
    { ...options, link: linkRunbook(options, runbookId), place },
    { plan, brought, undecided },
  );
  return { ...report, runbookId };
}

function linkRunbook({ space, manifest }: DeployRunbookOptions, id: string): string {
  const name = nameOf(manifest);
  return id === "" ? `"${name}"` : `[${name}](${space.server.url}/app#/${space.id}/runbooks/${id})`;
}

function nameOf({ root }: Manifest): string {
  return root.key.at(-1) ?? "";
}
