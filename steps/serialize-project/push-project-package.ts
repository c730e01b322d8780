import { usualBaselineFile } from "../../lib/baseline/usual-file.ts";
import { nameCompanion } from "../../lib/install/runbook-names.ts";
import { readProject, type ProjectReading, type ReadOptions } from "../../lib/graph/read-graph.ts";
import type { Manifest } from "../../lib/graph/manifest.ts";
import { textOf } from "../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { packageIdOf } from "../../lib/octopus/package-id.ts";
import { isSameName } from "../../lib/octopus/same-name.ts";
import { listVariableNames } from "../../lib/octopus/variable-names.ts";
import { listSecretVariables } from "../../lib/packing/describe-secrets.ts";
import {
  pushReading,
  readNewestPackage,
  type PushOptions,
  type PushResult,
  type SeenPackage,
} from "../../lib/packing/push-package.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import { ConflictError } from "../../lib/step/errors.ts";
import { readAhead } from "../../lib/step/read-ahead.ts";
import { checkOwnBaseline } from "./check-own-baseline.ts";
import { startExtras, toExtras, type ExtrasAhead } from "./read-extras.ts";

export interface PushProjectOptions extends Omit<ReadOptions, "projects" | "select" | "onProgress">, PushOptions {
  /** Whether the package carries the project's links to tenants and their values. */
  includeTenants: boolean;
  /** What only this project needs in a space, in YAML. */
  ownBaseline: string | undefined;
  /** All projects of the space, when they are being read already. */
  projects?: Promise<OctopusDocument[]> | undefined;
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
  const baseline = toBaselineFile(options.ownBaseline);
  log.progress(5, `reading the project "${name}"`);
  const projects = await (options.projects ?? space.list("/projects"));
  const packageId = packageIdOf(name);
  const ahead = startReading(space, { name, packageId, projects }, options);
  const reading = await readProject(space, name, {
    ...options,
    projects,
    onProgress: (percent, doing) => log.progress(percent, doing),
  });
  refuseSharedId(packageId, name, projects);
  log.progress(80, "comparing with the newest package");
  const [{ extras, files: extraFiles, staying }, variableNames, seen] = await Promise.all([
    toExtras(space, reading.documents, { ...ahead, includeTenants: options.includeTenants }),
    listSecretVariables(reading.graph).length === 0 ? [] : ahead.variableNames,
    ahead.newest,
  ]);
  const refuseForeign = (made: Manifest | undefined): void =>
    refuseForeignPackage(made, { packageId, reading, projects });
  const content = {
    packageId,
    reading,
    extras,
    extraFiles: [...extraFiles, ...baseline],
    variableNames,
    seen,
    refuseForeign,
  };
  return { ...(await pushReading(space, content, options)), staying };
}

/** @throws {@link ParameterError} for one that is wrong, with line and column, before anything is read */
function toBaselineFile(text: string | undefined): [string, string][] {
  if (text === undefined || text.trim() === "") return [];
  checkOwnBaseline(text);
  return [[usualBaselineFile, text]];
}

/** What waits for nothing but the list of projects, and so is read beside the project. */
interface Ahead extends ExtrasAhead {
  /** Only secrets may be taken for another variable: where there are none, nobody looks at these. */
  variableNames: Promise<string[]>;
  newest: Promise<SeenPackage>;
}

function startReading(
  space: OctopusSpace,
  { name, packageId, projects }: { name: string; packageId: string; projects: OctopusDocument[] },
  { exclude }: Pick<PushProjectOptions, "exclude">,
): Ahead {
  const project = projects.find(({ Name }) => isSameName(String(Name), name));
  return {
    ...startExtras(space, project, exclude?.environments ?? []),
    variableNames: readAhead(listNamesOfRuns(space, name, projects)),
    newest: readAhead(readNewestPackage(space, packageId)),
  };
}

/** What deploying runs have in the template's project or its companion. */
async function listNamesOfRuns(space: OctopusSpace, name: string, projects: OctopusDocument[]): Promise<string[]> {
  const runners = [name, nameCompanion(name)];
  const carriers = projects.filter(({ Name }) => runners.some((runner) => isSameName(String(Name), runner)));
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
