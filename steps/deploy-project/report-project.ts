import type { Plan } from "../../lib/compare/compare-graph.ts";
import { reportDeployment, type DeploymentReport, type ReportOptions } from "../../lib/deployment/report-deployment.ts";
import type { ProjectManifest } from "../../lib/graph/manifest.ts";
import { targetId } from "../../lib/model/graph.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import type { BroughtExtras } from "./brought-extras.ts";

export interface DeployProjectOutcome extends DeploymentReport {
  /** "" when there is none yet. */
  projectId: string;
  projectUrl: string;
  isCreated: boolean;
}

export interface ReportProjectOptions {
  manifest: ProjectManifest;
  version: string;
  projectName: string;
  space: OctopusSpace;
  onlyPlan: boolean;
  given?: ReportOptions["given"];
  log: StepLog;
}

/** {@link reportDeployment}, and where the project is. */
export function reportProject(
  options: ReportProjectOptions,
  { plan, brought, undecided }: { plan: Plan; brought: BroughtExtras; undecided: readonly string[] },
): DeployProjectOutcome {
  const { manifest, projectName, space, onlyPlan } = options;
  const root = plan.resources.find(({ target }) => targetId(target) === targetId(manifest.root));
  const projectId = root?.id ?? "";
  const projectUrl = projectId === "" ? "" : `${space.server.url}/app#/${space.id}/projects/${projectId}`;
  const link = projectUrl === "" ? `"${projectName}"` : `[${projectName}](${projectUrl})`;
  const place = `the space "${space.name}"`;
  const report = reportDeployment({ ...options, link, place }, { plan, brought, undecided });
  return { ...report, projectId, projectUrl, isCreated: root?.action === "create" && !onlyPlan };
}
