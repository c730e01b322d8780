import type { BuiltSteps } from "../../../lib/install/step-templates.ts";
import type { JsonObject } from "../../../lib/model/json.ts";
import { writeZip } from "../../../lib/zip.ts";

/** A build as small as one can be: what matters to installing is that there are templates with forms, packages and a version. */
export function createBuiltSteps(version = "1.0.0", script = "echo first"): BuiltSteps {
  const slugs = {
    "create-space": "CreateSpace",
    "populate-space": "PopulateSpace",
    "look-up-space": "LookUpSpace",
    "serialize-project": "SerializeProject",
    "serialize-space": "SerializeSpace",
    "deploy-project": "DeployProject",
    "deploy-space": "DeploySpace",
    "prepare-terraform-state": "PrepareTerraformState",
    "record-terraform-copy": "RecordTerraformCopy",
    "fork-repository": "ForkRepository",
    "list-downstream-projects": "ListDownstreamProjects",
    "find-updates": "FindUpdates",
    "preview-updates": "PreviewUpdates",
    "merge-updates": "MergeUpdates",
    "validate-branch": "ValidateBranch",
    "report-fleet": "ReportFleet",
  };
  const templates = Object.fromEntries(
    Object.entries(slugs).map(([slug, prefix]) => [slug, template(slug, { prefix, version, script })]),
  );
  return {
    version,
    templates,
    runtimePackage: {
      id: "managed-spaces",
      fileName: `managed-spaces.${version}.zip`,
      content: writeZip(new Map([["a.cjs", Buffer.from(`// ${version}`)]])),
    },
  };
}

function template(
  slug: string,
  { prefix, version, script }: { prefix: string; version: string; script: string },
): JsonObject {
  const own = {
    Id: null,
    Name: "managed-spaces",
    PackageId: "managed-spaces",
    FeedId: null,
    AcquisitionLocation: "Server",
    Version: version,
    Properties: { Extract: "True", SelectionMode: "immediate" },
  };
  const chosen = {
    Id: null,
    Name: `${prefix}.Package`,
    PackageId: null,
    FeedId: null,
    AcquisitionLocation: "Server",
    Properties: { Extract: "True", SelectionMode: "deferred", PackageParameterName: `${prefix}.Package` },
  };
  return {
    Name: `Managed Spaces - ${slug}`,
    Description: `The step ${slug}.`,
    ActionType: "Octopus.Script",
    Properties: {
      "Octopus.Action.RunOnServer": "true",
      "Octopus.Action.Script.ScriptSource": "Inline",
      "Octopus.Action.Script.Syntax": "Bash",
      "Octopus.Action.Script.ScriptBody": `${script} ${slug}`,
    },
    Parameters: [
      {
        Id: `00000000-0000-0000-0000-${slug.length.toString().padStart(12, "0")}`,
        Name: `${prefix}.ServerUrl`,
        Label: "Server",
        HelpText: "",
        DefaultValue: "#{ThisInstance.Server.Url}",
        DisplaySettings: { "Octopus.ControlType": "SingleLineText" },
      },
      {
        Id: `10000000-0000-0000-0000-${slug.length.toString().padStart(12, "0")}`,
        Name: `${prefix}.ApiKey`,
        Label: "Key",
        HelpText: "",
        DefaultValue: "",
        DisplaySettings: { "Octopus.ControlType": "Sensitive" },
      },
    ],
    Packages: ["deploy-project", "deploy-space", "populate-space"].includes(slug) ? [own, chosen] : [own],
  };
}
