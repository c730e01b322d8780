import { nameCompanion } from "../../lib/install/runbook-names.ts";
import { readProject, type ProjectReading, type ReadOptions } from "../../lib/graph/read-graph.ts";
import type { Manifest } from "../../lib/graph/manifest.ts";
import { textOf } from "../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { findNewestPackage } from "../../lib/octopus/packages.ts";
import { packageIdOf } from "../../lib/octopus/package-id.ts";
import { isSameName } from "../../lib/octopus/same-name.ts";
import { listVariableNames } from "../../lib/octopus/variable-names.ts";
import { listSecretVariables } from "../../lib/packing/describe-secrets.ts";
import { pushReading, type PushOptions, type PushResult } from "../../lib/packing/push-package.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import { ConflictError } from "../../lib/step/errors.ts";
import { readExtras } from "./read-extras.ts";

export interface PushProjectOptions extends Omit<ReadOptions, "projects" | "select" | "onProgress">, PushOptions {
  /** Whether the package carries the project's links to tenants and their values. */
  includeTenants: boolean;
  log: StepLog;
}

export interface PushedProject extends PushResult<ProjectReading> {
  /** What is no resource and no part of the package, in sentences. */
  staying: string[];
}

/** Serializes a project and pushes the package to the space's built-in feed, unless the newest one there holds the same. */
export async function pushProjectPackage(
  space: OctopusSpace,
  name: string,
  options: PushProjectOptions,
): Promise<PushedProject> {
  const { log } = options;
  log.progress(5, `reading the project "${name}"`);
  const projects = await space.list("/projects");
  const reading = await readProject(space, name, {
    ...options,
    projects,
    onProgress: (percent, doing) => log.progress(percent, doing),
  });
  const excludedEnvironments = options.exclude?.environments ?? [];
  const packageId = packageIdOf(name);
  refuseSharedId(packageId, name, projects);
  log.progress(80, "comparing with the newest package");
  const [{ extras, files: extraFiles, staying }, variableNames, newest] = await Promise.all([
    readExtras(space, reading.documents, { excludedEnvironments, includeTenants: options.includeTenants }),
    listNamesOfRuns(space, reading, projects),
    findNewestPackage(space, packageId),
  ]);
  const refuseForeign = (made: Manifest | undefined): void =>
    refuseForeignPackage(made, { packageId, reading, projects });
  const content = { packageId, reading, extras, extraFiles, variableNames, seen: { newest }, refuseForeign };
  return { ...(await pushReading(space, content, options)), staying };
}

/** What deploying runs have in the template's project or its companion; only secrets may be taken for another variable. */
async function listNamesOfRuns(
  space: OctopusSpace,
  { graph, source: { project } }: ProjectReading,
  projects: OctopusDocument[],
): Promise<string[]> {
  if (listSecretVariables(graph).length === 0) return [];
  const companion = nameCompanion(project.name);
  const carriers = projects.filter(({ Id, Name }) => Id === project.id || isSameName(String(Name), companion));
  return (await Promise.all(carriers.map((carrier) => listVariableNames(space, carrier)))).flat();
}

function refuseSharedId(packageId: string, name: string, projects: OctopusDocument[]): void {
  const rival = projects
    .map((project) => textOf(project, "Name"))
    .find((other) => !isSameName(other, name) && packageIdOf(other) === packageId);
  if (rival === undefined) return;
  throw new ConflictError(
    `The projects "${name}" and "${rival}" would share the package id "${packageId}". Rename one of them.`,
  );
}

interface Rivals {
  packageId: string;
  reading: ProjectReading;
  projects: OctopusDocument[];
}

function refuseForeignPackage(made: Manifest | undefined, { packageId, reading, projects }: Rivals): void {
  if (made === undefined) return;
  const { project, space } = made.source;
  const isOfProject = made.root.kind === "project" && project !== undefined;
  if (isOfProject && project.id === reading.source.project.id) return;
  const other = projects.find(({ Id }) => isOfProject && Id === project.id);
  if (isOfProject && space.id === reading.source.space.id && other === undefined) return;
  const owner =
    other === undefined
      ? `${isOfProject ? `the project "${project.name}" of ` : ""}the space "${space.name}"`
      : `the project "${textOf(other, "Name")}"`;
  throw new ConflictError(
    `The newest package "${packageId}" in the built-in feed was made from ${owner}. Rename this project, or delete that package if it is no longer needed.`,
  );
}
