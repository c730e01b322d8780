import { applyGraph, type ApplyResult } from "../../lib/apply/apply-graph.ts";
import type { MissingStepTemplates } from "../../lib/compare/bind-step-templates.ts";
import {
  isSameReceipt,
  nameReceipt,
  openReceipts,
  packManifest,
  unpackManifest,
  type Receipt,
  type Receipts,
} from "../../lib/receipts/receipt.ts";
import { countOutcomes, describeKept, describeWrite, type Counts } from "../../lib/compare/report.ts";
import type { MissingSecrets } from "../../lib/compare/secrets.ts";
import type { GitAccess } from "../../lib/copies/git-access.ts";
import { targetId, type ResourceGraph, type Target } from "../../lib/model/graph.ts";
import { parseManifest, renderManifest, type Manifest } from "../../lib/graph/manifest.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import { ParameterError } from "../../lib/step/errors.ts";
import { bringExtras } from "./bring-extras.ts";
import type { BroughtExtras } from "./brought-extras.ts";
import { findOwnProject, type OwnProject } from "./find-own-project.ts";
import { describeGitCopy, openGitCopy, type GitCopy } from "./git-copy.ts";
import { findTemplateRepository } from "./localize-manifest.ts";

export interface DeployProjectOptions {
  manifest: Manifest;
  /** The package's. */
  version: string;
  /** What the project is called in the managed space. */
  projectName: string;
  space: OctopusSpace;
  /** One Octopus variable of this run. */
  readSecret: (variable: string) => string | undefined;
  receiptKey: string | undefined;
  overwrite: boolean;
  adopt: boolean;
  missingStepTemplates: MissingStepTemplates;
  missingSecrets: MissingSecrets;
  git: GitOptions;
  /** Whether runbooks that are published in the template are published in the copy. */
  publishRunbooks: boolean;
  readPackageFile: (path: string) => string | undefined;
  onlyPlan: boolean;
  log: StepLog;
}

/** For a package whose project is in Git. */
export interface GitOptions {
  /** The copy's own repository; by default the one that the receipt tells. */
  url: string | undefined;
  /** Name of a Git credential of the managed space; by default the template's. */
  credential: string | undefined;
  createAccess: (templateUrl: string) => GitAccess;
  workingDirectory: string;
  signal: AbortSignal;
}

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

/** Applies a package to a space, and keeps a receipt there of what was applied. */
export async function deployProject(given: DeployProjectOptions): Promise<DeployProjectOutcome> {
  const { space, projectName, log } = given;
  const receiptName = nameReceipt(given.manifest.package.id, projectName);
  const receipts = await openReceipts(space);
  const isInGit = findTemplateRepository(given.manifest) !== undefined;
  const project = await findOwnProject({ space, receipts, receiptName, projectName, adopt: given.adopt, isInGit });
  if (given.receiptKey === undefined) log.warn('No "Receipt Key" is set, so every secret is sent in every run.');

  const gitCopy = await openGitCopy(given, project);
  const options = { ...given, manifest: gitCopy?.manifest ?? given.manifest };
  try {
    const keeper = createReceiptKeeper(options, { receipts, receiptName, project, gitCopy });
    const result = await applyGraph({
      ...toApplyOptions(options, project),
      problems: gitCopy?.files?.problems,
      onStepTemplates: async (known) => gitCopy?.files?.writeStepTemplates(known),
      onFirstWrite: keeper.begin,
      onCreated: keeper.recordProject,
    });
    const brought = await bringAlong(options, { result, project });
    if (!options.onlyPlan) await keeper.finish(result, brought.record);
    return report(options, { result, brought });
  } finally {
    await gitCopy?.files?.close();
  }
}

function bringAlong(
  { manifest, space, projectName, overwrite, onlyPlan, publishRunbooks, readPackageFile }: DeployProjectOptions,
  { result, project: { receipt } }: { result: ApplyResult; project: OwnProject },
): Promise<BroughtExtras> {
  return bringExtras({
    space,
    resources: result.outcomes.map((outcome) => ({ ...outcome, id: result.ids[targetId(outcome.target)] })),
    projectName,
    overwrite,
    onlyPlan,
    extras: manifest.extras ?? {},
    projectId: result.ids[targetId(getProjectNode(manifest))] ?? "",
    recorded: receipt.upstream ?? {},
    isResumed: (receipt.pending ?? []).length > 0,
    publish: publishRunbooks,
    readFile: readPackageFile,
  });
}

function toApplyOptions(
  options: DeployProjectOptions,
  { receipt, isUnfinished }: OwnProject,
): Parameters<typeof applyGraph>[0] {
  const { manifest, space, log } = options;
  const ids =
    receipt.project === undefined
      ? receipt.ids
      : { ...receipt.ids, [targetId(getProjectNode(manifest))]: receipt.project };
  return {
    space,
    graph: manifest.graph,
    base: receipt.manifest === undefined ? undefined : readGraph(receipt.manifest),
    pending: receipt.pending?.map((pending) => readGraph(pending.manifest)),
    overwrite: options.overwrite,
    isUnfinished,
    secrets: {
      readVariable: options.readSecret,
      missing: options.missingSecrets,
      key: options.receiptKey,
      sent: receipt.secrets,
    },
    missingStepTemplates: options.missingStepTemplates,
    projectName: options.projectName,
    ids,
    onlyPlan: options.onlyPlan,
    onProgress: (percent, doing) => log.progress(percent, doing),
  };
}

function readGraph(packed: string): ResourceGraph {
  return parseManifest(new TextEncoder().encode(unpackManifest(packed)), "receipt").graph;
}

interface ReceiptKeeper {
  /** Before the first write: says what is being deployed, so that a run that is killed can be taken up. */
  begin(): Promise<void>;
  recordProject(target: Target, id: string): Promise<void>;
  /** @param more - to note of the upstream */
  finish(result: ApplyResult, more: Record<string, string>): Promise<void>;
}

interface KeeperContext {
  receipts: Receipts;
  receiptName: string;
  project: OwnProject;
  gitCopy: GitCopy | undefined;
}

function createReceiptKeeper(
  { manifest, version }: DeployProjectOptions,
  { receipts, receiptName, project, gitCopy }: KeeperContext,
): ReceiptKeeper {
  const packed = packManifest(renderManifest(manifest));
  const ours = { version, manifest: packed };
  const before = receipts.find(receiptName);
  const pending = addPending(project.receipt.pending, ours);
  const base: Receipt = {
    ...project.receipt,
    format: 1,
    package: manifest.package.id,
    pending,
    ...(project.isAdopted && { isAdopted: true }),
  };

  return {
    begin() {
      // What another run wrote since we looked stands: it deploys the same project, and may be ahead.
      return receipts.save(receiptName, (known) =>
        known === undefined || isSameReceipt(known, before)
          ? base
          : { ...known, pending: addPending(known.pending, ours) },
      );
    },
    async recordProject(target, id) {
      if (target.kind === "project") await receipts.save(receiptName, (known) => ({ ...(known ?? base), project: id }));
    },
    async finish({ ids, secretDigests, stepTemplates }, more) {
      const { pending: _pending, ...rest } = base;
      const { project: source, space } = manifest.source;
      const upstream = { spaceId: space.id, space: space.name, projectId: source.id, project: source.name, ...more };
      const projectId = ids[targetId(getProjectNode(manifest))];
      const receipt = {
        ...rest,
        ...ours,
        upstream,
        ids,
        secrets: secretDigests,
        ...(projectId !== undefined && { project: projectId }),
      };
      // What another step noted there in the meantime stands: Merge Updates keeps its own record of the upstream.
      await receipts.save(receiptName, (known) =>
        gitCopy === undefined
          ? receipt
          : { ...receipt, ...describeGitCopy(gitCopy, { known, upstream, stepTemplates }) },
      );
    },
  };
}

/** So many versions in a row may fail in the middle before what the first of them wrote is taken for a person's work. */
const longestPending = 10;

function addPending(
  known: Receipt["pending"] = [],
  next: { version: string; manifest: string },
): NonNullable<Receipt["pending"]> {
  const text = unpackManifest(next.manifest);
  const isKnown = known.some(
    (pending) => pending.version === next.version && unpackManifest(pending.manifest) === text,
  );
  return isKnown ? known : [...known, next].slice(-longestPending);
}

/** @throws {@link ParameterError} for a package without a project, or with several */
function getProjectNode({ graph, package: { id } }: Manifest): Target {
  const projects = graph.nodes.filter(({ kind }) => kind === "project");
  const [project] = projects;
  if (project === undefined || projects.length > 1)
    throw new ParameterError(
      `Failed to read the package "${id}": it has ${projects.length} projects instead of one. Serialize the project again.`,
    );
  return { kind: project.kind, key: project.key };
}

function report(
  { manifest, version, projectName, space, onlyPlan, log }: DeployProjectOptions,
  { result, brought }: { result: ApplyResult; brought: BroughtExtras },
): DeployProjectOutcome {
  const applied = result.outcomes.flatMap((outcome) => describeWrite(outcome, { onlyPlan }) ?? []);
  const written = [...applied, ...brought.written];
  const kept = [...result.outcomes.flatMap(describeKept), ...brought.kept];
  const gone = result.noLongerInGraph.map(
    (description) => `The package no longer has ${description}, which stays in this space.`,
  );
  for (const { about, text } of manifest.graph.remarks)
    log.verbose(`The package says of the ${about.kind} ${about.key.map((name) => `"${name}"`).join(" of ")}: ${text}.`);
  for (const line of [...written, ...gone]) log.info(line);
  for (const text of brought.failed) log.warn(text);
  for (const { text, isConflict } of kept) (isConflict ? log.warn : log.info)(text);

  const node = getProjectNode(manifest);
  const projectId = result.ids[targetId(node)] ?? "";
  const projectUrl = projectId === "" ? "" : `${space.server.url}/app#/${space.id}/projects/${projectId}`;
  const isNew = result.outcomes.some(({ target, action }) => target.kind === "project" && action === "create");
  const counts = countKept(countOutcomes(result), brought);
  const link = projectUrl === "" ? `"${projectName}"` : `[${projectName}](${projectUrl})`;
  return {
    projectId,
    projectUrl,
    isCreated: isNew && !onlyPlan,
    isChanged: written.length > 0 && !onlyPlan,
    counts,
    lines: [...written, ...gone, ...kept.map(({ text }) => text), ...brought.failed],
    summary: summarize({
      link,
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

interface Summary {
  link: string;
  spaceName: string;
  packageName: string;
  counts: Counts;
  extraCount: number;
  onlyPlan: boolean;
}

function summarize({ link, spaceName, packageName, counts, extraCount, onlyPlan }: Summary): string {
  const { created, updated, kept, conflicts } = counts;
  const work = [
    created > 0 ? `${created} made` : "",
    updated > 0 ? `${updated} updated` : "",
    extraCount > 0 ? `${extraCount} brought along` : "",
  ].filter((part) => part !== "");
  const keeping =
    kept === 0
      ? ""
      : ` ${kept} ${kept === 1 ? "change" : "changes"} of people in the space ${onlyPlan ? "would be" : kept === 1 ? "was" : "were"} kept${conflicts === 0 ? "" : `, ${conflicts} of which the package has something else for`}.`;
  if (work.length === 0)
    return `${link} in the space "${spaceName}" is as ${packageName} has it: nothing ${onlyPlan ? "would be" : "was"} written.${keeping}`;
  return `${onlyPlan ? "Would deploy" : "Deployed"} ${packageName} as ${link} to the space "${spaceName}": ${work.join(", ")}.${keeping}`;
}
