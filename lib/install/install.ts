import type { EngineId } from "../engines/index.ts";
import { textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { publishSnapshot } from "../octopus/publish-snapshot.ts";
import { listByExactNames } from "../resources/resource-kind.ts";
import { NotFoundError } from "../step/errors.ts";
import { findNearNames } from "../near-names.ts";
import { isVersionControlled } from "../resources/version-control.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { isRefusal } from "../http/http-client.ts";
import { isStale } from "../octopus/stale-data.ts";
import {
  describeReplacedBaseline,
  ensureClientSpace,
  readInstalledBaseline,
  type BaselineChoice,
} from "./client-space.ts";
import { defaultBaseline } from "./default-baseline.ts";
import { meetNeeds, readNeeds } from "./needs-of-template.ts";
import { describeKeys, readKeyHolder, type KeyHolder } from "./keys-of-steps.ts";
import { refuseContradictions } from "./refuse-contradictions.ts";
import { describeMissingSecrets } from "./companion-project.ts";
import { ensureGitHooks, type GitHookChoice } from "./git-hooks.ts";
import type { GitHostOptions } from "./git-host-variables.ts";
import { ensureGoldenSpace, getGoldenSpace, type GoldenSpace } from "./golden-space.ts";
import { ensureFleet } from "./fleet-project.ts";
import { describeOwnBaseline, readOwnBaseline, type OwnBaseline } from "./own-baseline.ts";
import { createInstaller, type Change, type Installer } from "./installer.ts";
import { keepRuntime } from "./keep-runtime.ts";
import { needsPublishing } from "./needs-publishing.ts";
import type { StepPlacement } from "./process-steps.ts";
import { saveRecord } from "./save-record.ts";
import {
  ensureStepTemplates,
  findInstalledFlavor,
  getBuiltInFeed,
  type BuiltSteps,
  type Flavor,
} from "./step-templates.ts";
import { ensureSyncEnvironment } from "./sync-environment.ts";
import { ensureTemplateProject, getProject } from "./template-project.ts";
import { ensureVariableSets, variableSetNames } from "./variable-sets.ts";
import { listGitHostRemains, listWhatRemains } from "./what-remains.ts";

export interface InstallOptions {
  /** This server, as its own steps reach it; undefined leaves what is stored, and is for a new installation the installer's own address. */
  instanceUrl: string | undefined;
  /** The key that the installer itself uses. */
  apiKey: string;
  /** The key that the management steps are to use on this server; undefined is the installer's own. */
  stepsKey: string | undefined;
  /** Stores the keys that are given anew. */
  replaceKey: boolean;
  projects: string[];
  /** Names of spaces of this instance that managed spaces are to be like. */
  goldenSpaces: string[];
  /** Whether to make the project that looks at the whole fleet; one that is there is brought up to this version anyway. */
  fleet?: boolean;
  /** What applies packages downstream; undefined leaves what is there. */
  engine: EngineId | undefined;
  terraformBackend: string;
  terraformInitParameters: string;
  /** Secrets of the backend, by the environment variables that Terraform takes them from. */
  terraformSecrets?: Readonly<Record<string, string>>;
  /** By name; undefined leaves Octopus's default. */
  workerPool: string | undefined;
  containerImage: string | undefined;
  containerFeed: string | undefined;
  baseline: BaselineChoice;
  /** Puts what the projects need in a managed space into the baseline that is there; into one that nobody wrote it is put anyway. */
  extendBaseline?: boolean;
  publish: boolean;
  /** Whether deployments of the projects and golden spaces have a missing space made first; else what is there stays. */
  createSpaces?: boolean;
  /** What the one project needs in a space and others do not; undefined leaves what is there. */
  ownBaseline?: OwnBaseline | undefined;
  /** Whether every template project gets a companion that carries its runbooks; one in Git gets one anyway. */
  companion: boolean;
  gitHost: GitHostOptions;
  /** The GUID of a service account that the management steps sign in as on this server; undefined leaves what is there. */
  serviceAccountId: string | undefined;
  /** By name, a Generic OIDC account of the space; undefined leaves what is there. */
  oidcAccount: string | undefined;
  /** Undefined where nobody asked for hooks: what is there is brought up to this version anyway. */
  gitHooks?: GitHookChoice | undefined;
  onlyPlan: boolean;
  /** Told about each change as it is made. */
  onChange?: (change: Change) => void;
  /** How the step templates get their code; undefined leaves what is there. */
  flavor: Flavor | undefined;
  readBuilt: (flavor: Flavor) => BuiltSteps;
}

export interface InstallOutcome {
  changes: readonly Change[];
  /** What a person has to do now, one sentence each. */
  remaining: string[];
}

/**
 * Sets up a management space, or brings one up to this version; changes nothing that is as it should be. Two at once end as one would:
 * who finds that another was faster looks again at what is there.
 * @throws {@link StepError} before the first write where an option cannot be followed
 */
export async function install(space: OctopusSpace, options: InstallOptions): Promise<InstallOutcome> {
  refuseContradictions(options);
  const known = await readBefore(space, options);
  const planned = await installOnce(space, { ...options, onlyPlan: true, onChange: undefined }, known);
  if (options.onlyPlan) for (const change of planned.changes) options.onChange?.(change);
  const done = options.onlyPlan ? planned : await installUntilDone(space, options, known);
  // What was stored, and what it took the place of, another attempt would find as it is by now.
  return { changes: done.changes, remaining: [...known.sentences, ...done.remaining, ...planned.keys] };
}

async function installUntilDone(
  space: OctopusSpace,
  options: InstallOptions,
  known: KnownBefore,
): Promise<InstallOutcome> {
  const changes: Change[] = [];
  const onChange = (change: Change): void => {
    changes.push(change);
    options.onChange?.(change);
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { remaining } = await installOnce(space, { ...options, onChange }, known);
      return { changes, remaining };
    } catch (error) {
      if (!isLostRace(error) || attempt >= attempts) throw error;
      // Whoever goes in step with another loses again.
      await sleep(Math.random() * 200 * attempt);
    }
  }
}

const attempts = 10;

/** Another installation has made or changed the same since it was read. */
function isLostRace(error: unknown): boolean {
  return isStale(error) || (isRefusal(error) && /already exists|already in use|must be unique/i.test(error.message));
}

/** What is asked once, however often the rest is tried: no attempt changes the answers. */
interface KnownBefore {
  keyHolder: KeyHolder;
  built: BuiltSteps;
  goldenSpaces: GoldenSpace[];
  placement: StepPlacement;
  oidcAccountId: string | undefined;
  gitHost: GitHostOptions | undefined;
  /** With what the templates need. */
  baseline: BaselineChoice;
  /** What the templates need, and what takes the place of what was there, one sentence each. */
  sentences: string[];
}

/** A name that was mistyped is told here, where it costs nothing. */
async function readBefore(space: OctopusSpace, options: InstallOptions): Promise<KnownBefore> {
  const keyHolder = await readKeyHolder(space, options.stepsKey);
  for (const name of options.projects) await getProject(space, name);
  const goldenSpaces = await Promise.all(options.goldenSpaces.map((name) => getGoldenSpace(space, name)));
  const placement = await findPlacement(space, options);
  const oidcAccount =
    options.oidcAccount === undefined
      ? undefined
      : await getByName(space, { collection: "accounts", label: "account", name: options.oidcAccount });
  const flavor = options.flavor ?? (await findInstalledFlavor(space, options.readBuilt("packaged")));
  return {
    keyHolder,
    goldenSpaces,
    placement,
    oidcAccountId: oidcAccount?.Id,
    built: options.readBuilt(flavor),
    gitHost: (await usesGit(space, options)) ? options.gitHost : undefined,
    ...(await chooseBaseline(space, options)),
  };
}

async function chooseBaseline(
  space: OctopusSpace,
  options: InstallOptions,
): Promise<Pick<KnownBefore, "baseline" | "sentences">> {
  const [ownProject = ""] = options.projects;
  const ownBefore = options.ownBaseline === undefined ? undefined : await readOwnBaseline(space, ownProject);
  const before = await readInstalledBaseline(space);
  const isGiven = options.baseline.file !== undefined;
  const { baseline, sentences } = await meetNeeds(space, {
    baseline: isGiven || before === undefined ? options.baseline : { text: before, file: undefined },
    needs: await readNeeds(space, options),
    isExtending: options.extendBaseline === true || (!isGiven && [undefined, defaultBaseline].includes(before)),
  });
  const replaced = describeReplacedBaseline(before, options.baseline);
  return {
    baseline,
    sentences: [...replaced, ...describeOwnBaseline(options.ownBaseline, ownBefore, ownProject), ...sentences],
  };
}

/** @returns apart what is to be known of keys */
async function installOnce(
  space: OctopusSpace,
  options: Omit<InstallOptions, "onChange"> & { onChange: InstallOptions["onChange"] },
  { keyHolder, built, goldenSpaces, placement, oidcAccountId, gitHost, baseline }: KnownBefore,
): Promise<InstallOutcome & { keys: string[] }> {
  const installer = createInstaller(space, options);
  const feed = await getBuiltInFeed(installer);
  const sync = await ensureSyncEnvironment(installer);
  const changesBefore = installer.changes.length;
  const sets = await ensureVariableSets(installer, {
    ...options,
    stepsKey: options.stepsKey ?? options.apiKey,
    gitHost,
    serviceAccount: { serviceAccountId: options.serviceAccountId, oidcAccountId },
    serverUrl: space.server.url,
    syncEnvironmentId: sync.environment.Id,
  });
  const hasChangedVariables = installer.changes.length > changesBefore;
  const templates = await ensureStepTemplates(installer, built);
  const clientSpace = await ensureClientSpace(installer, {
    sync,
    sets,
    templates,
    placement,
    baseline,
  });

  await keepRuntime(installer, built, {
    project: clientSpace.project,
    environmentId: sync.environment.Id,
    builtInFeedId: feed.Id,
  });

  const projects = [clientSpace.project];
  const runbooks = [clientSpace.runbook];
  const secrets: string[] = [];
  const states: string[] = [];
  const common = {
    ...options,
    terraformSecrets: options.terraformSecrets ?? {},
    sync,
    sets,
    templates,
    placement,
    groupId: clientSpace.group.Id,
    builtInFeedId: feed.Id,
  };
  for (const golden of goldenSpaces) {
    const made = await ensureGoldenSpace(installer, { ...common, golden });
    projects.push(made.project);
    runbooks.push(...made.runbooks);
  }
  for (const name of options.projects) {
    const attached = await ensureTemplateProject(installer, { ...common, name });
    secrets.push(
      ...describeMissingSecrets({ template: attached.template, companion: attached.project }, attached.missingSecrets),
    );
    states.push(...attached.remaining);
    projects.push(attached.project);
    runbooks.push(...attached.runbooks);
    if (isVersionControlled(attached.template))
      states.push(
        ...(await ensureGitHooks(installer, {
          ...common,
          choice: options.gitHooks,
          template: attached.template,
          carrier: attached.project,
          runbooks: attached.runbooks,
          hasChangedVariables,
        })),
      );
  }
  const fleet = await ensureFleet(installer, { ...common, isWanted: options.fleet === true, hasChangedVariables });
  await saveRecord(installer);
  const postponed = options.publish ? await publishAll(installer, runbooks) : [];
  const remaining = await listWhatRemains(space, {
    projects,
    syncEnvironmentId: sync.environment.Id,
    octopusServer: sets.octopusServer,
  });
  const git = sets.gitHost === undefined ? [] : await listGitHostRemains(space, sets.gitHost);
  return {
    changes: installer.changes,
    remaining: [...remaining, ...git, ...states, ...secrets, ...postponed, ...fleet],
    keys: describeKeys(sets, { ...options, keyHolder }),
  };
}

async function usesGit(space: OctopusSpace, { projects, gitHost }: InstallOptions): Promise<boolean> {
  // A token may stand in somebody's environment for something else.
  if ([gitHost.host, gitHost.url, gitHost.owner].some((value) => value !== undefined)) return true;
  const templates = projects.length === 0 ? [] : await listByExactNames(space, "projects", projects);
  if (templates.some(isVersionControlled)) return true;
  // What an earlier installation set up goes on being used.
  return (await listByExactNames(space, "libraryvariablesets", [variableSetNames.gitHost])).length > 0;
}

async function findPlacement(space: OctopusSpace, options: InstallOptions): Promise<StepPlacement> {
  const workerPool =
    options.workerPool === undefined
      ? undefined
      : await getByName(space, { collection: "workerpools", label: "worker pool", name: options.workerPool });
  if (options.containerImage === undefined) return { workerPoolId: workerPool?.Id, container: undefined };
  const name = options.containerFeed ?? "Docker Hub";
  const feed = await getByName(space, { collection: "feeds", label: "feed", name });
  return { workerPoolId: workerPool?.Id, container: { image: options.containerImage, feedId: feed.Id } };
}

async function getByName(
  space: OctopusSpace,
  wanted: { collection: string; label: string; name: string },
): Promise<OctopusDocument> {
  const [found] = await listByExactNames(space, wanted.collection, [wanted.name]);
  if (found !== undefined) return found;
  const names = (await space.list(`/${wanted.collection}`)).map((document) => textOf(document, "Name"));
  throw new NotFoundError(
    `There is no ${wanted.label} "${wanted.name}" in the space "${space.name}".${findNearNames(wanted.name, names)}`,
  );
}

/** Publishes what was never published or has changed since; a runbook whose package is still to be made waits for its first package. */
async function publishAll(installer: Installer, runbooks: OctopusDocument[]): Promise<string[]> {
  const postponed: string[] = [];
  for (const runbook of runbooks) {
    const name = textOf(runbook, "Name");
    if (!(await needsPublishing(installer, runbook))) continue;
    try {
      await installer.change({ verb: "publish", what: `the runbook "${name}"` }, () =>
        publishSnapshot(installer.space, runbook),
      );
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      postponed.push(`Run the runbook that makes the package of "${name}"; it publishes "${name}" then.`);
    }
  }
  return postponed;
}
