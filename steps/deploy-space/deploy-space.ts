import { bringLogos } from "../../lib/deployment/bring-logos.ts";
import { deployPackage, type PackageDeployment } from "../../lib/deployment/deploy-package.ts";
import { findOwnCopy } from "../../lib/deployment/own-copy.ts";
import { findStrangers } from "../../lib/deployment/find-strangers.ts";
import { reportDeployment, type DeploymentReport } from "../../lib/deployment/report-deployment.ts";
import { nameReceipt } from "../../lib/receipts/receipt.ts";
import { openReceipts } from "../../lib/receipts/receipts.ts";

export interface DeploySpaceOptions extends Omit<PackageDeployment, "asked" | "receipts" | "own"> {
  /** Whether projects of the space that people made become the package's. */
  adopt: boolean;
  readPackageFile: (path: string) => string | undefined;
}

/** A space has one copy of a package of a space, which needs no name to be told from others. */
const asked = "";

/** {@link deployPackage} of a space, or of a selection of what is in one. */
export async function deploySpace(options: DeploySpaceOptions): Promise<DeploymentReport> {
  const { space, manifest, adopt } = options;
  const receipts = await openReceipts(space);
  const receiptName = nameReceipt(manifest.package.id, asked);
  const own = await findOwnCopy(receipts, { receiptName, adopt });
  const { plan, brought, undecided } = await deployPackage(
    { ...options, asked, receipts, own },
    {
      copyName: `the package "${manifest.package.id}"`,
      check: (compared) => (adopt ? [] : findStrangers(compared)),
      bring: (planned) =>
        bringLogos({
          ...options,
          extras: manifest.extras,
          plan: planned,
          recorded: own.receipt?.upstream ?? {},
          readFile: options.readPackageFile,
        }),
    },
  );
  const link = `[${space.name}](${space.server.url}/app#/${space.id})`;
  return reportDeployment({ ...options, link: `the space ${link}` }, { plan, brought, undecided });
}
