import type { Plan } from "../../lib/compare/compare-graph.ts";
import {
  countPlan,
  describeAdopted,
  describeAdoptedItems,
  describeKept,
  describeWrite,
  type Counts,
} from "../../lib/compare/report.ts";
import type { ProjectManifest } from "../../lib/graph/manifest.ts";
import { describeTarget, targetId } from "../../lib/model/graph.ts";
import { findKind } from "../../lib/resources/index.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import type { BroughtExtras } from "./brought-extras.ts";
import type { StepLog } from "../../lib/step/define-step.ts";

export interface DeployProjectOutcome {
  /** "" when there is none yet. */
  projectId: string;
  projectUrl: string;
  isCreated: boolean;
  isChanged: boolean;
  counts: Counts;
  /** What was written and kept. */
  lines: string[];
  summary: string;
}

export interface ReportOptions {
  manifest: ProjectManifest;
  version: string;
  projectName: string;
  space: OctopusSpace;
  onlyPlan: boolean;
  log: StepLog;
}

/** Tells what was done, or would be, in the log and to the step's outputs. */
export function reportDeployment(
  options: ReportOptions,
  { plan, brought }: { plan: Plan; brought: BroughtExtras },
): DeployProjectOutcome {
  const { manifest, version, projectName, space, onlyPlan, log } = options;
  const adopted = plan.resources.flatMap((resource) =>
    [describeAdopted(resource, { onlyPlan }), describeAdoptedItems(resource, { onlyPlan })].flatMap(
      (line) => line ?? [],
    ),
  );
  const applied = plan.resources.flatMap((resource) => describeWrite(resource, { onlyPlan }) ?? []);
  const written = [...applied, ...brought.written];
  const kept = [...plan.resources.flatMap(describeKept), ...brought.kept];
  const gone = plan.noLongerInGraph.map(
    (description) => `The package no longer has ${description}, which stays in this space.`,
  );
  tellRemarks(options);
  for (const line of [...adopted, ...written, ...gone]) log.info(line);
  for (const text of brought.failed) log.warn(text);
  for (const { text, isConflict } of kept) (isConflict ? log.warn : log.info)(text);

  const root = plan.resources.find(({ target }) => targetId(target) === targetId(manifest.root));
  const projectId = root?.id ?? "";
  const projectUrl = projectId === "" ? "" : `${space.server.url}/app#/${space.id}/projects/${projectId}`;
  const counts = countKept(countPlan(plan), brought);
  return {
    projectId,
    projectUrl,
    isCreated: root?.action === "create" && !onlyPlan,
    isChanged: written.length > 0 && !onlyPlan,
    counts,
    lines: [...adopted, ...written, ...gone, ...kept.map(({ text }) => text), ...brought.failed],
    summary: summarize({
      link: projectUrl === "" ? `"${projectName}"` : `[${projectName}](${projectUrl})`,
      spaceName: space.name,
      packageName: `${manifest.package.id} ${version}`,
      counts,
      extraCount: brought.written.length,
      onlyPlan,
    }),
  };
}

function countKept(counts: Counts, { kept }: BroughtExtras): Counts {
  const conflicts = kept.filter(({ isConflict }) => isConflict).length;
  return { ...counts, kept: counts.kept + kept.length, conflicts: counts.conflicts + conflicts };
}

function tellRemarks({ manifest, log }: ReportOptions): void {
  for (const { about, text } of manifest.graph.remarks)
    log.verbose(`The package says of ${describeTarget(about, findKind(about.kind)?.label)}: ${text}.`);
}

interface Summary {
  link: string;
  spaceName: string;
  packageName: string;
  counts: Counts;
  extraCount: number;
  onlyPlan: boolean;
}

function summarize({ link, spaceName, packageName, counts, extraCount, onlyPlan }: Summary): string {
  const { created, updated } = counts;
  const work = [
    created > 0 ? `${created} made` : "",
    updated > 0 ? `${updated} updated` : "",
    extraCount > 0 ? `${extraCount} brought along` : "",
  ].filter((part) => part !== "");
  const keeping = describeKeeping(counts, onlyPlan);
  if (work.length > 0)
    return `${onlyPlan ? "Would deploy" : "Deployed"} ${packageName} as ${link} to the space "${spaceName}": ${work.join(", ")}.${keeping}`;
  const nothing = `nothing ${onlyPlan ? "would be" : "was"} written`;
  return keeping === ""
    ? `${link} in the space "${spaceName}" is as ${packageName} has it: ${nothing}.`
    : `${link} in the space "${spaceName}" has all of ${packageName} but for what people keep: ${nothing}.${keeping}`;
}

function describeKeeping({ kept, conflicts }: Counts, onlyPlan: boolean): string {
  if (kept === 0) return "";
  const verb = onlyPlan ? "would be" : kept === 1 ? "was" : "were";
  const conflicting = conflicts === 0 ? "" : `, ${conflicts} of which the package has something else for`;
  return ` ${kept} ${kept === 1 ? "change" : "changes"} of people in the space ${verb} kept${conflicting}.`;
}
