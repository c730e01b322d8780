import { createSecretReader } from "../compare/secret-reader.ts";
import type { StepContext } from "../step/define-step.ts";
import type { PackageDeployment } from "./deploy-package.ts";

/** What the parameters of every step that deploys a package give. */
export interface DeploymentInput extends Pick<
  PackageDeployment,
  "receiptKey" | "missingStepTemplates" | "missingSecrets" | "onlyPlan"
> {
  overwriteDownstreamChanges: boolean;
  sendAllSecrets: boolean;
}

type Told =
  | "readSecret"
  | "receiptKey"
  | "sendsAllSecrets"
  | "overwrite"
  | "missingStepTemplates"
  | "missingSecrets"
  | "onlyPlan"
  | "log";

/** How the package is deployed, as the step was told. */
export function readDeployment(
  input: DeploymentInput,
  run: Pick<StepContext, "log" | "mask" | "readVariable">,
): Pick<PackageDeployment, Told> {
  const { receiptKey, missingStepTemplates, missingSecrets, onlyPlan } = input;
  return {
    readSecret: createSecretReader(run),
    receiptKey,
    sendsAllSecrets: input.sendAllSecrets,
    overwrite: input.overwriteDownstreamChanges,
    missingStepTemplates,
    missingSecrets,
    onlyPlan,
    log: run.log,
  };
}
