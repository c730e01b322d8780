import type { StepContext } from "../step/define-step.ts";
import type { deploymentOutputs } from "./deployment-parameters.ts";
import type { DeploymentReport } from "./report-deployment.ts";

type Run = Pick<StepContext<unknown, keyof typeof deploymentOutputs>, "log" | "setOutput">;

/** What every deployment tells later steps, and the end of its log. */
export function setOutputs(
  { log, setOutput }: Run,
  { isChanged, counts, lines, summary }: DeploymentReport,
  requests: number,
): void {
  setOutput("Changed", isChanged ? "True" : "False");
  setOutput("KeptChanges", String(counts.kept));
  setOutput("Conflicts", String(counts.conflicts));
  setOutput("Report", lines.join("\n"));
  log.verbose(`${requests} requests`);
  log.highlight(summary);
}
