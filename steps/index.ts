import type { StepDefinition } from "../lib/step/define-step.ts";
import { step as createSpace } from "./create-space/step.ts";
import { step as deployProject } from "./deploy-project/step.ts";
import { step as deployRunbook } from "./deploy-runbook/step.ts";
import { step as deploySpace } from "./deploy-space/step.ts";
import { step as findUpdates } from "./find-updates/step.ts";
import { step as forkRepository } from "./fork-repository/step.ts";
import { step as listDownstreamProjects } from "./list-downstream-projects/step.ts";
import { step as lookUpSpace } from "./look-up-space/step.ts";
import { step as mergeUpdates } from "./merge-updates/step.ts";
import { step as moveCopiesToGit } from "./move-copies-to-git/step.ts";
import { step as populateSpace } from "./populate-space/step.ts";
import { step as prepareTerraformState } from "./prepare-terraform-state/step.ts";
import { step as previewUpdates } from "./preview-updates/step.ts";
import { step as recordTerraformCopy } from "./record-terraform-copy/step.ts";
import { step as rehearse } from "./rehearse/step.ts";
import { step as reportFleet } from "./report-fleet/step.ts";
import { step as serializeProject } from "./serialize-project/step.ts";
import { step as serializeSpace } from "./serialize-space/step.ts";
import { step as serializeStepTemplates } from "./serialize-step-templates/step.ts";
import { step as serializeVariableSets } from "./serialize-variable-sets/step.ts";
import { step as serializeRunbook } from "./serialize-runbook/step.ts";
import { step as validateBranch } from "./validate-branch/step.ts";

/** All steps, by the names of their folders, in the order in which people read about them. */
export const steps: Readonly<Record<string, StepDefinition>> = {
  "create-space": createSpace,
  "populate-space": populateSpace,
  "look-up-space": lookUpSpace,
  "serialize-project": serializeProject,
  "serialize-space": serializeSpace,
  "serialize-step-templates": serializeStepTemplates,
  "serialize-variable-sets": serializeVariableSets,
  "serialize-runbook": serializeRunbook,
  "fork-repository": forkRepository,
  rehearse,
  "deploy-project": deployProject,
  "deploy-space": deploySpace,
  "deploy-runbook": deployRunbook,
  "prepare-terraform-state": prepareTerraformState,
  "record-terraform-copy": recordTerraformCopy,
  "list-downstream-projects": listDownstreamProjects,
  "find-updates": findUpdates,
  "preview-updates": previewUpdates,
  "merge-updates": mergeUpdates,
  "validate-branch": validateBranch,
  "move-copies-to-git": moveCopiesToGit,
  "report-fleet": reportFleet,
};
