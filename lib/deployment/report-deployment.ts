import type { Plan } from "../compare/compare-graph.ts";
import {
  countPlan,
  describeAdopted,
  describeAdoptedItems,
  describeKept,
  describeWrite,
  type Counts,
} from "../compare/report.ts";
import type { Manifest } from "../graph/manifest.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import type { StepLog } from "../step/define-step.ts";
import { capitalize, describeByKind } from "../resources/describe-by-kind.ts";

/** What was done with what is no resource. */
export interface BroughtAlong {
  /** What was written, one line each. */
  written: readonly string[];
  /** What people have otherwise. */
  kept: readonly { text: string; isConflict: boolean }[];
  /** What could not be done. */
  failed: readonly string[];
}

export interface DeploymentReport {
  isChanged: boolean;
  counts: Counts;
  /** What was written and kept. */
  lines: string[];
  summary: string;
}

export interface ReportOptions {
  manifest: Manifest;
  version: string;
  /** The copy as a sentence calls it, as a link where it can be: `"Hello World"`. */
  link: string;
  /** Absent where the copy is the space itself. */
  place?: string;
  space: OctopusSpace;
  onlyPlan: boolean;
  /** Set where a run may be told what becomes of conflicts. */
  given?: object | undefined;
  log: StepLog;
}

/** Tells what was done, or would be, in the log and for the step's outputs. */
export function reportDeployment(
  options: ReportOptions,
  { plan, brought, undecided = [] }: { plan: Plan; brought: BroughtAlong; undecided?: readonly string[] },
): DeploymentReport {
  const { onlyPlan, log } = options;
  const adopted = plan.resources.flatMap((resource) =>
    [describeAdopted(resource, { onlyPlan }), describeAdoptedItems(resource, { onlyPlan })].flatMap(
      (line) => line ?? [],
    ),
  );
  const applied = plan.resources.flatMap((resource) => describeWrite(resource, { onlyPlan }) ?? []);
  const written = [...applied, ...brought.written];
  const kept = [...plan.resources.flatMap((resource) => describeKept(resource)), ...brought.kept];
  const gone = plan.noLongerInGraph.map(
    (description) => `The package no longer has ${description}, which stays in this space.`,
  );
  tellRemarks(options);
  for (const line of [...adopted, ...written, ...gone]) log.info(line);
  for (const text of [...brought.failed, ...undecided]) log.warn(text);
  for (const { text, isConflict } of kept) (isConflict ? log.warn : log.info)(text);

  const counts = countKept(countPlan(plan), brought);
  if (options.given !== undefined && plan.resources.some(({ kept: own }) => own.some(({ isConflict }) => isConflict)))
    log.info(
      'What is in conflict can be decided: the page of the step Preview Updates shows all sides, and makes the lines for "Decisions".',
    );
  return {
    isChanged: written.length > 0 && !onlyPlan,
    counts,
    lines: [...adopted, ...written, ...gone, ...kept.map(({ text }) => text), ...brought.failed, ...undecided],
    summary: summarize(options, { counts, extraCount: brought.written.length }),
  };
}

function countKept(counts: Counts, { kept }: BroughtAlong): Counts {
  const conflicts = kept.filter(({ isConflict }) => isConflict).length;
  return { ...counts, kept: counts.kept + kept.length, conflicts: counts.conflicts + conflicts };
}

function tellRemarks({ manifest, log }: ReportOptions): void {
  for (const { about, text } of manifest.graph.remarks)
    log.verbose(`The package says of ${describeByKind(about)}: ${text}.`);
}

function summarize(
  { manifest, version, link, place = "", onlyPlan }: ReportOptions,
  { counts, extraCount }: { counts: Counts; extraCount: number },
): string {
  const { created, updated } = counts;
  const packageName = `${manifest.package.id} ${version}`;
  const work = [
    created > 0 ? `${created} made` : "",
    updated > 0 ? `${updated} updated` : "",
    extraCount > 0 ? `${extraCount} brought along` : "",
  ].filter((part) => part !== "");
  const keeping = describeKeeping(counts, onlyPlan);
  if (work.length > 0) {
    const target = place === "" ? `to ${link}` : `as ${link} to ${place}`;
    return `${onlyPlan ? "Would deploy" : "Deployed"} ${packageName} ${target}: ${work.join(", ")}.${keeping}`;
  }
  const nothing = `nothing ${onlyPlan ? "would be" : "was"} written`;
  const copy = capitalize(place === "" ? link : `${link} in ${place}`);
  return keeping === ""
    ? `${copy} is as ${packageName} has it: ${nothing}.`
    : `${copy} has all of ${packageName} but for what people keep: ${nothing}.${keeping}`;
}

function describeKeeping({ kept, conflicts }: Counts, onlyPlan: boolean): string {
  if (kept === 0) return "";
  const verb = onlyPlan ? "would be" : kept === 1 ? "was" : "were";
  const conflicting = conflicts === 0 ? "" : `, ${conflicts} of which the package has something else for`;
  return ` ${kept} ${kept === 1 ? "change" : "changes"} of people in the space ${verb} kept${conflicting}.`;
}
