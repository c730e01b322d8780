import { fieldsOf, numberOf, textOf as fieldText, textsOf as fieldTexts, type Fields } from "../model/fields.ts";
import { attributes, block, flagOf, itemsOf, textOf, textsOf, valueOf, type OclBlock, type OclItem } from "./items.ts";
import { processFromOcl, processToOcl, type ProcessContext } from "./process-ocl.ts";
import { connectivityFromOcl, connectivityToOcl } from "./settings-ocl.ts";

/** A runbook's file: its settings, and its process in a block of its own. */
export function runbookToOcl(runbook: Fields, steps: readonly Fields[], context: ProcessContext): OclItem[] {
  const scope = fieldText(runbook, "EnvironmentScope");
  const tenancy = fieldText(runbook, "MultiTenancyMode");
  return [
    ...attributes({
      name: fieldText(runbook, "Name"),
      default_guided_failure_mode: fieldText(runbook, "DefaultGuidedFailureMode"),
      description: fieldText(runbook, "Description"),
      environment_scope: scope === "All" ? undefined : scope || undefined,
      environments: fieldTexts(runbook, "Environments").map((id) => context.references.toSlug("environments", id)),
      force_package_download: runbook["ForcePackageDownload"] === true || undefined,
      multi_tenancy_mode: tenancy === "Untenanted" ? undefined : tenancy || undefined,
      runbook_tags: fieldTexts(runbook, "RunbookTags"),
    }),
    connectivityToOcl(fieldsOf(runbook, "ConnectivityPolicy")),
    retentionToOcl(fieldsOf(runbook, "RunRetentionPolicy")),
    block("process", [], processToOcl(steps, context)),
  ];
}

function retentionToOcl(policy: Fields): OclBlock {
  const type = fieldText(policy, "Strategy") || "Default";
  const unit = fieldText(policy, "Unit");
  const isCount = type === "Count";
  return block(
    "run_retention_policy",
    [],
    attributes({
      quantity_to_keep: isCount ? numberOf(policy, "QuantityToKeep") : undefined,
      type,
      unit: isCount && unit !== "Items" ? unit || undefined : undefined,
    }),
  );
}

export interface RunbookFile {
  /** The runbook's own fields, without ids of the project. */
  runbook: Fields;
  steps: Fields[];
}

/** @param slug - the name of the file, which is the runbook's id in Git, too (assumed) */
export function runbookFromOcl(items: readonly OclItem[], slug: string, context: ProcessContext): RunbookFile {
  const retention = itemsOf(items, "run_retention_policy");
  const quantity = valueOf(retention, "quantity_to_keep");
  const type = textOf(retention, "type") ?? "Default";
  const where = `runbook '${slug}'`;
  return {
    steps: processFromOcl(itemsOf(items, "process"), context),
    runbook: {
      Id: slug,
      Name: textOf(items, "name") ?? slug,
      Slug: slug,
      Description: textOf(items, "description") || null,
      MultiTenancyMode: textOf(items, "multi_tenancy_mode") ?? "Untenanted",
      EnvironmentScope: textOf(items, "environment_scope") ?? "All",
      Environments: textsOf(items, "environments").map((environment) =>
        context.references.toId("environments", environment, where),
      ),
      DefaultGuidedFailureMode: textOf(items, "default_guided_failure_mode") ?? "EnvironmentDefault",
      ConnectivityPolicy: connectivityFromOcl(itemsOf(items, "connectivity_policy")),
      RunRetentionPolicy: {
        Strategy: type,
        QuantityToKeep: typeof quantity === "number" ? quantity : 100,
        Unit: textOf(retention, "unit") ?? "Items",
        ShouldKeepForever: type === "Forever",
      },
      ForcePackageDownload: flagOf(items, "force_package_download"),
      // How a file says them is not known.
      CancelQueuedTasks: false,
      CancelRunningTasks: false,
      FailTargetDiscovery: false,
      RunbookTags: listedTags(items),
    },
  };
}

function listedTags(items: readonly OclItem[]): string[] {
  const tags = textsOf(items, "runbook_tags");
  return tags.length > 0 ? tags : textsOf(items, "tags");
}
