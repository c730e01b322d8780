import { fieldsOf, isFields, textOf as fieldText, textsOf as fieldTexts, type Fields } from "../model/fields.ts";
import { attributes, block, blocksOf, flagOf, itemsOf, textOf, textsOf, type OclBlock, type OclItem } from "./items.ts";

/** The file of the deployment settings; what is as in a new project is left out, the two blocks are always there. */
export function settingsToOcl(settings: Fields): OclItem[] {
  const mode = fieldText(settings, "DefaultGuidedFailureMode");
  return [
    ...attributes({
      default_guided_failure_mode: mode === "EnvironmentDefault" ? undefined : mode || undefined,
      default_to_skip_if_already_installed: settings["DefaultToSkipIfAlreadyInstalled"] === true || undefined,
      deployment_changes_template: fieldText(settings, "DeploymentChangesTemplate") || undefined,
      force_package_download: settings["ForcePackageDownload"] === true || undefined,
      release_notes_template: fieldText(settings, "ReleaseNotesTemplate") || undefined,
    }),
    connectivityToOcl(fieldsOf(settings, "ConnectivityPolicy")),
    versioningToOcl(fieldsOf(settings, "VersioningStrategy")),
  ];
}

export function settingsFromOcl(items: readonly OclItem[]): Fields {
  return {
    ConnectivityPolicy: connectivityFromOcl(itemsOf(items, "connectivity_policy")),
    DefaultGuidedFailureMode: textOf(items, "default_guided_failure_mode") ?? "EnvironmentDefault",
    VersioningStrategy: versioningFromOcl(itemsOf(items, "versioning_strategy")),
    ReleaseNotesTemplate: textOf(items, "release_notes_template") ?? null,
    DefaultToSkipIfAlreadyInstalled: flagOf(items, "default_to_skip_if_already_installed"),
    DeploymentChangesTemplate: textOf(items, "deployment_changes_template") ?? null,
    ForcePackageDownload: flagOf(items, "force_package_download"),
    // How a file says them is not known.
    CancelQueuedTasks: false,
    CancelRunningTasks: false,
    FailTargetDiscovery: false,
  };
}

/** Shared by deployment settings and runbooks. */
export function connectivityToOcl(policy: Fields): OclBlock {
  const behavior = fieldText(policy, "SkipMachineBehavior");
  return block(
    "connectivity_policy",
    [],
    attributes({
      allow_deployments_to_no_targets: policy["AllowDeploymentsToNoTargets"] === true || undefined,
      exclude_unhealthy_targets: policy["ExcludeUnhealthyTargets"] === true || undefined,
      skip_machine_behavior: behavior === "None" ? undefined : behavior || undefined,
      target_roles: fieldTexts(policy, "TargetRoles"),
    }),
  );
}

export function connectivityFromOcl(items: readonly OclItem[]): Fields {
  return {
    SkipMachineBehavior: textOf(items, "skip_machine_behavior") ?? "None",
    TargetRoles: textsOf(items, "target_roles"),
    AllowDeploymentsToNoTargets: flagOf(items, "allow_deployments_to_no_targets"),
    ExcludeUnhealthyTargets: flagOf(items, "exclude_unhealthy_targets"),
  };
}

/** A donor is a step's slug and a package's name. */
function versioningToOcl(strategy: Fields): OclBlock {
  const donor = strategy["DonorPackage"];
  if (!isFields(donor))
    return block("versioning_strategy", [], attributes({ template: fieldText(strategy, "Template") || undefined }));
  const names = attributes({
    package: fieldText(donor, "PackageReference") || undefined,
    step: fieldText(donor, "DeploymentAction"),
  });
  return block("versioning_strategy", [], [block("donor_package", [], names)]);
}

function versioningFromOcl(items: readonly OclItem[]): Fields {
  const [donor] = blocksOf(items, "donor_package");
  if (donor === undefined)
    return { Template: textOf(items, "template") ?? null, DonorPackage: null, DonorPackageStepId: null };
  const step = textOf(donor.items, "step") ?? "";
  return {
    Template: null,
    DonorPackage: { DeploymentAction: step, PackageReference: textOf(donor.items, "package") ?? "" },
    DonorPackageStepId: null,
  };
}
