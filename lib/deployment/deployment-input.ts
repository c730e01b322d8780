import type { ReadDecisions } from "../compare/compare-graph.ts";
import { parseDecisions, readDecisions } from "../compare/given-decisions.ts";
import { createSecretReader } from "../compare/secret-reader.ts";
import type { StepContext } from "../step/define-step.ts";
import { ParameterError } from "../step/errors.ts";
import { findTaskUrl } from "../octopus/task-url.ts";
import type { PackageDeployment } from "./deploy-package.ts";

/** What the parameters of every step that deploys a package give. */
export interface DeploymentInput extends Pick<
  PackageDeployment,
  "receiptKey" | "missingStepTemplates" | "missingSecrets" | "onlyPlan"
> {
  overwriteDownstreamChanges: boolean;
  decisions: string | undefined;
  sendAllSecrets: boolean;
}

type Told =
  | "readSecret"
  | "receiptKey"
  | "sendsAllSecrets"
  | "overwrite"
  | "given"
  | "missingStepTemplates"
  | "missingSecrets"
  | "onlyPlan"
  | "log";

/** How the package is deployed, as the step was told. */
export function readDeployment(
  input: DeploymentInput,
  run: Pick<StepContext, "log" | "mask" | "readVariable" | "now">,
): Pick<PackageDeployment, Told> {
  const { receiptKey, missingStepTemplates, missingSecrets, onlyPlan } = input;
  return {
    readSecret: createSecretReader(run),
    receiptKey,
    sendsAllSecrets: input.sendAllSecrets,
    overwrite: input.overwriteDownstreamChanges,
    given: readGiven(input, run),
    missingStepTemplates,
    missingSecrets,
    onlyPlan,
    log: run.log,
  };
}

/** @throws {@link ParameterError} for a line that is no decision, and for decisions where nothing is left to decide */
function readGiven(
  { decisions = "", overwriteDownstreamChanges }: DeploymentInput,
  { readVariable, now }: Pick<StepContext, "readVariable" | "now">,
): PackageDeployment["given"] {
  const lines = parseDecisions(decisions);
  if (lines.length > 0 && overwriteDownstreamChanges)
    throw new ParameterError(
      '"Decisions" has lines, and "Overwrite Downstream Changes" decides all of them for the package. Choose one of the two.',
    );
  if (lines.length === 0) return (): ReadDecisions => ({ made: [], remarks: [] });
  const by = findTaskUrl(readVariable) || readVariable("Octopus.Task.Id") || now().toISOString();
  return (compared, known) => readDecisions(lines, compared, { by, known });
}
