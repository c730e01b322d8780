import { packageIdOfSpace } from "../octopus/package-id.ts";
import { rootKindOf } from "../receipts/receipt.ts";
import type { CopyUpdate } from "./find-updates.ts";

/** A command of Bash that hands decisions over: their lines go behind `assigned`, in one pair of quotes with it. */
export interface DecisionCommand {
  before: string;
  assigned: string;
}

/**
 * What deploys a copy: the runbooks that installing made for a template and for a golden space, which ask for decisions; for anything else
 * the step itself, with the package's file.
 * @param tenant - whose space it is; "" where nobody knows
 */
export function toDecisionCommand(
  { copy, update }: Extract<CopyUpdate, { kind: "database" }>,
  tenant: string,
): DecisionCommand {
  const { receipt, space } = copy;
  const installed = findInstalled(copy);
  if (installed !== undefined) {
    const whose = installed === "" ? [] : [`--project ${quoteForShell(installed)}`];
    const words = [
      "managed-spaces deploy",
      `--tenants ${quoteForShell(tenant || "<tenant>")}`,
      ...whose,
      "--variable ",
    ];
    return { before: words.join(" "), assigned: "ManagedSpaces.Decisions=" };
  }
  const kind = rootKindOf(receipt);
  const root = update.resources.find(({ target }) => target.kind === kind);
  const [project = "", name = ""] = kind === "runbook" ? (root?.target.key ?? []) : [];
  const words = [
    `managed-spaces run deploy-${kind}`,
    `--package ${quoteForShell(`${receipt.package}.${update.newest}.zip`)}`,
    `--managed-server ${quoteForShell(space.server.url)}`,
    `--managed-space ${quoteForShell(space.id)}`,
    ...(project === "" ? [] : [`--into-project ${quoteForShell(project)}`, `--runbook-name ${quoteForShell(name)}`]),
    "--decisions ",
  ];
  return { before: words.join(" "), assigned: "" };
}

/** @returns what `--project` calls the template or the golden space; undefined for what no runbook of an installation deploys */
function findInstalled({ receipt }: Pick<CopyUpdate, "copy">["copy"]): string | undefined {
  const { root, upstream = {} } = receipt;
  if (root === undefined) return upstream["project"] ?? "";
  const { space: name, spaceId: id } = upstream;
  const isGolden = name !== undefined && id !== undefined && receipt.package === packageIdOfSpace({ id, name });
  return root === "space" && isGolden ? name : undefined;
}

function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
