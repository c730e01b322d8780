import { isJsonObject, objectsOf, textOf, textsOf, type JsonObject } from "../model/json.ts";
import { decisionsVariable } from "../octopus/needed-variables.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { listPackageVersions } from "../octopus/packages.ts";
import { isSameName } from "../octopus/same-name.ts";
import { listByExactNames } from "../resources/resource-kind.ts";
import { clientSpaceNames } from "./client-space.ts";
import { readRepositoryUrl, readStoredHost, webhookAddress, type OpenHookHost } from "./git-hooks.ts";
import { createInstallationRecord, recordSetName } from "./installation-record.ts";
import type { InstalledStep } from "./installed-steps.ts";
import type { Change } from "./installer.ts";
import { keepingRunbook } from "./keep-packages.ts";
import { downstreamNameVariable, keyVariable, receiptKeyVariable, variableSetNames } from "./variable-sets.ts";
import { fleetNames, gitHookNames, nameCompanion } from "./runbook-names.ts";

export interface UninstallOptions {
  onlyPlan: boolean;
  /** Names of the step templates that installations make. */
  stepTemplates: readonly string[];
  /** The host whose webhooks called triggers that go; undefined without credentials for it. */
  openHost?: OpenHookHost;
  /** Told about each thing as it goes. */
  onChange?: (change: Change) => void;
}

export interface UninstallOutcome {
  changes: readonly Change[];
  /** What stays and why, one sentence each. */
  left: string[];
}

/**
 * Takes away what `install` made in a management space. What people made, changed or still use stays, and so does what it needs: each is
 * told with the reason. Run again, it takes away what nothing keeps any more.
 */
export async function uninstall(space: OctopusSpace, options: UninstallOptions): Promise<UninstallOutcome> {
  const state = await readState(space);
  const taker = createTaker(options);
  await takeRunbooks(space, { state, taker });
  await takeHooks(space, { state, taker, openHost: options.openHost });
  await takeInclusions(space, { state, taker });
  await takeProjects(space, { state, taker });
  await takeStepTemplates(space, { state, taker, names: options.stepTemplates });
  await takeVariableSets(space, { state, taker });
  await takeSync(space, { state, taker });
  await takeRecord(space, { state, taker });
  return { changes: taker.changes, left: [...taker.left, ...describeLostKey(taker)] };
}

interface State {
  projects: OctopusDocument[];
  /** Those that an installation put steps into, and those that keep packages. */
  runbooks: OctopusDocument[];
  /** All others. */
  otherRunbooks: OctopusDocument[];
  triggers: OctopusDocument[];
  tenants: OctopusDocument[];
  /** By runbook, the steps that installations put there. */
  installed: Map<string, InstalledStep[]>;
}

/** Receipts in the managed spaces stay, and with them what only that key reads. */
function describeLostKey({ changes }: Taker): string[] {
  const isGone = changes.some(({ what }) => what === `the library variable set "${variableSetNames.thisInstance}"`);
  if (!isGone) return [];
  return [
    `Copies stay in their spaces, with their receipts. The receipt key goes with "${variableSetNames.thisInstance}": after another installation, choose "Send All Secrets" in the first deployment of each.`,
  ];
}

async function readState(space: OctopusSpace): Promise<State> {
  const record = createInstallationRecord(space);
  const [projects, runbooks, tenants] = await Promise.all([
    space.list("/projects"),
    space.list("/runbooks"),
    space.list("/tenants"),
  ]);
  const installed = new Map<string, InstalledStep[]>();
  for (const { Id } of runbooks) {
    const steps = await record.find(Id);
    if (steps !== undefined) installed.set(Id, steps);
  }
  const isOurs = (runbook: OctopusDocument): boolean =>
    installed.has(runbook.Id) || isSameName(textOf(runbook, "Name"), keepingRunbook);
  const ours = runbooks.filter(isOurs);
  const carriers = [...new Set(ours.map((runbook) => textOf(runbook, "ProjectId")))];
  const triggers = await Promise.all(carriers.map((id) => space.list(`/projects/${id}/triggers`)));
  return {
    projects,
    runbooks: ours,
    otherRunbooks: runbooks.filter((runbook) => !isOurs(runbook)),
    triggers: triggers.flat(),
    tenants,
    installed,
  };
}

interface Taker {
  readonly changes: Change[];
  readonly left: string[];
  /** Ids of what is gone, or would be. */
  readonly gone: ReadonlySet<string>;
  /** @param reasons - why it stays; it goes where there is none */
  take(thing: { id: string; what: string; reasons: readonly string[] }, remove: () => Promise<unknown>): Promise<void>;
  change(change: Change, write: () => Promise<unknown>): Promise<void>;
}

function createTaker({ onlyPlan, onChange }: UninstallOptions): Taker {
  const changes: Change[] = [];
  const left: string[] = [];
  const gone = new Set<string>();
  async function change(noted: Change, write: () => Promise<unknown>): Promise<void> {
    if (!onlyPlan) await write();
    changes.push(noted);
    onChange?.(noted);
  }
  return {
    changes,
    left,
    gone,
    change,
    async take({ id, what, reasons }, remove) {
      if (reasons.length > 0) {
        left.push(`${what} stays: ${reasons.join("; ")}.`);
        return;
      }
      await change({ verb: "delete", what }, remove);
      gone.add(id);
    },
  };
}

interface Taking {
  state: State;
  taker: Taker;
}

async function takeRunbooks(space: OctopusSpace, { state, taker }: Taking): Promise<void> {
  for (const runbook of state.runbooks) {
    const process = await space.get(`/runbookProcesses/${textOf(runbook, "RunbookProcessId")}`);
    const what = `the runbook "${textOf(runbook, "Name")}" of "${nameOf(state.projects, textOf(runbook, "ProjectId"))}"`;
    const reasons = [...listOwnSteps(process, state.installed.get(runbook.Id)), ...listOwnTriggers(state, runbook)];
    await taker.take({ id: runbook.Id, what, reasons }, () => space.remove(`/runbooks/${runbook.Id}`));
  }
}

/** Hooks of the Git host call triggers that are gone with their runbooks. */
async function takeHooks(
  space: OctopusSpace,
  { state, taker, openHost }: Taking & { openHost: OpenHookHost | undefined },
): Promise<void> {
  const called = state.triggers.flatMap((trigger) => {
    const action = isJsonObject(trigger["Action"]) ? trigger["Action"] : {};
    const address = webhookAddress(space, trigger);
    const isGone = taker.gone.has(textOf(action, "RunbookId")) && ownTriggers.includes(textOf(trigger, "Name"));
    const template = state.projects.find(
      (project) => nameCompanion(textOf(project, "Name")) === nameOf(state.projects, textOf(trigger, "ProjectId")),
    );
    return address === undefined || !isGone || template === undefined ? [] : [{ address, template, trigger }];
  });
  if (called.length === 0) return;
  const [gitHost] = await listByExactNames(space, "libraryvariablesets", [variableSetNames.gitHost]);
  for (const { address, template, trigger } of called) {
    const host = openHost?.(await readStoredHost(space, { gitHost }, template))?.host;
    const path = host?.parseCloneUrl(readRepositoryUrl(template));
    const what = `the webhook of "${textOf(template, "Name")}" for "${textOf(trigger, "Name")}"`;
    if (host?.webhooks !== undefined && path !== undefined) {
      await taker.change({ verb: "delete", what }, async () => host.webhooks?.remove(path, address));
      continue;
    }
    taker.left.push(`Whatever calls ${address} calls nothing any more: take away ${what}, or the job of its CI.`);
  }
}

/** Steps that people put into one of our runbooks. */
function listOwnSteps(process: JsonObject, installed: readonly InstalledStep[] | undefined): string[] {
  if (installed === undefined) return [];
  const steps = objectsOf(process, "Steps").filter((step) => {
    const isOurs = (action: JsonObject): boolean =>
      installed.some((one) => one.action === textOf(action, "Id") || isSameName(one.name, textOf(action, "Name")));
    return !objectsOf(step, "Actions").some(isOurs);
  });
  return steps.length === 0 ? [] : [`you have put ${listNames(steps)} into it`];
}

/** What was made with our runbooks, and goes with them. */
const ownTriggers: readonly string[] = [
  fleetNames.trigger,
  gitHookNames.schedule,
  gitHookNames.requests,
  gitHookNames.push,
];

function listOwnTriggers({ triggers }: State, runbook: OctopusDocument): string[] {
  const own = triggers.filter((trigger) => {
    const action = isJsonObject(trigger["Action"]) ? trigger["Action"] : {};
    return textOf(action, "RunbookId") === runbook.Id && !ownTriggers.includes(textOf(trigger, "Name"));
  });
  return own.length === 0 ? [] : [`your trigger ${listNames(own)} runs it`];
}

/** Template projects include the sets of an installation, and are no longer templates. */
async function takeInclusions(space: OctopusSpace, { state, taker }: Taking): Promise<void> {
  const sets = await listByExactNames(space, "libraryvariablesets", Object.values(variableSetNames));
  const carriers = new Set(state.runbooks.map((runbook) => textOf(runbook, "ProjectId")));
  for (const project of state.projects) {
    const isStill = state.runbooks.some(
      (runbook) => textOf(runbook, "ProjectId") === project.Id && !taker.gone.has(runbook.Id),
    );
    if (!carriers.has(project.Id) || isMadeByInstall(project) || isStill) continue;
    const included = textsOf(project, "IncludedLibraryVariableSetIds");
    const kept = included.filter((id) => !sets.some((set) => set.Id === id));
    if (kept.length === included.length) continue;
    const what = `the variable sets of the project "${textOf(project, "Name")}"`;
    const updated = { ...project, IncludedLibraryVariableSetIds: kept };
    await taker.change({ verb: "update", what }, () => space.put(`/projects/${project.Id}`, updated));
    project["IncludedLibraryVariableSetIds"] = kept;
  }
}

/** By the description that an installation gives: whoever wrote another one has made the project theirs. */
function isMadeByInstall(project: JsonObject): boolean {
  const description = textOf(project, "Description");
  return textOf(project, "Name").startsWith("__ ") && descriptions.some((one) => one.test(description));
}

const descriptions = [
  /^Makes and fills the spaces that tenants stand for\.$/,
  /^Looks at all managed spaces, and tells what needs a person\.$/,
  /^Carries the management runbooks of the project ".*", and the values of its secrets for the copies, under the same names\.$/s,
  /^Brings what the space ".*" has to the managed spaces\. Its variables are the secrets of what is brought\.$/s,
];

async function takeProjects(space: OctopusSpace, { state, taker }: Taking): Promise<void> {
  for (const project of state.projects.filter(isMadeByInstall)) {
    const what = `the project "${textOf(project, "Name")}"`;
    const reasons = await listUsesOfProject(space, project, { state, taker });
    await taker.take({ id: project.Id, what, reasons }, () => space.remove(`/projects/${project.Id}`));
  }
  const [group] = await listByExactNames(space, "projectgroups", [clientSpaceNames.group]);
  if (group === undefined) return;
  const within = state.projects.filter(
    (project) => textOf(project, "ProjectGroupId") === group.Id && !taker.gone.has(project.Id),
  );
  const reasons = within.length === 0 ? [] : [`it has ${listNames(within)}`];
  await taker.take({ id: group.Id, what: `the project group "${clientSpaceNames.group}"`, reasons }, () =>
    space.remove(`/projectgroups/${group.Id}`),
  );
}

async function listUsesOfProject(
  space: OctopusSpace,
  project: OctopusDocument,
  { state, taker }: Taking,
): Promise<string[]> {
  const runbooks = [...state.runbooks, ...state.otherRunbooks].filter(
    (runbook) => textOf(runbook, "ProjectId") === project.Id && !taker.gone.has(runbook.Id),
  );
  const process = await space.find(`/deploymentprocesses/${textOf(project, "DeploymentProcessId")}`);
  const variables = (await listVariables(space, project)).filter(
    (variable) => textOf(variable, "Name") !== gitHookNames.secret,
  );
  const own = variables.filter(
    (variable) =>
      ![downstreamNameVariable, fleetNames.mailTo, fleetNames.webhookUrl].includes(textOf(variable, "Name")) ||
      (textOf(variable, "Name") !== downstreamNameVariable && textOf(variable, "Value") !== ""),
  );
  return [
    ...(runbooks.length === 0 ? [] : [`it has the runbooks ${listNames(runbooks)}`]),
    ...(objectsOf(process ?? {}, "Steps").length === 0 ? [] : ["it has a deployment process"]),
    ...(own.length === 0 ? [] : [`it has values that you gave: ${listNames(own)}`]),
  ];
}

async function takeStepTemplates(
  space: OctopusSpace,
  { state, taker, names }: Taking & { names: readonly string[] },
): Promise<void> {
  const templates = await listByExactNames(space, "actiontemplates", [...names]);
  for (const template of templates) {
    const told = await space.getJson(`/actiontemplates/${template.Id}/usage`);
    const usages = objectsOf({ usages: told }, "usages");
    const others = usages.filter((usage) => !taker.gone.has(textOf(usage, "RunbookId") || textOf(usage, "ProjectId")));
    const projects = [...new Set(others.map((usage) => textOf(usage, "ProjectName")))];
    const reasons = projects.length === 0 ? [] : [`steps of ${quote(projects)} use it`];
    await taker.take({ id: template.Id, what: `the step template "${textOf(template, "Name")}"`, reasons }, () =>
      space.remove(`/actiontemplates/${template.Id}`),
    );
  }
  const isUsed =
    templates.some(({ Id }) => !taker.gone.has(Id)) || state.runbooks.some(({ Id }) => !taker.gone.has(Id));
  for (const { id, packageId, version } of await listPackageVersions(space, "managed-spaces")) {
    const reasons = isUsed ? ["step templates that stay run from it"] : [];
    await taker.take({ id, what: `the package ${packageId} ${version}`, reasons }, () =>
      space.remove(`/packages/${encodeURIComponent(id)}`),
    );
  }
}

async function takeVariableSets(space: OctopusSpace, { state, taker }: Taking): Promise<void> {
  const names = [...Object.values(variableSetNames), fleetNames.instances];
  const values = await space.getJson("/tenantvariables/all");
  const ofTenants = Array.isArray(values) ? values.filter(isJsonObject) : [];
  for (const set of await listByExactNames(space, "libraryvariablesets", names)) {
    const includedBy = state.projects.filter(
      (project) => !taker.gone.has(project.Id) && textsOf(project, "IncludedLibraryVariableSetIds").includes(set.Id),
    );
    const given = ofTenants.filter((entry) => {
      const sets = isJsonObject(entry["LibraryVariables"]) ? entry["LibraryVariables"] : {};
      const own = isJsonObject(sets[set.Id]) ? sets[set.Id] : {};
      return Object.keys(isJsonObject(own) && isJsonObject(own["Variables"]) ? own["Variables"] : {}).length > 0;
    });
    const own = (await listVariables(space, set)).filter((variable) => !ownVariables.test(textOf(variable, "Name")));
    const reasons = [
      ...(includedBy.length === 0
        ? []
        : [`${listNames(includedBy)} ${includedBy.length === 1 ? "includes" : "include"} it`]),
      ...(given.length === 0
        ? []
        : [`${given.length} ${given.length === 1 ? "tenant has" : "tenants have"} values for it`]),
      ...(own.length === 0 ? [] : [`it has values that you gave: ${listNames(own)}`]),
    ];
    await taker.take({ id: set.Id, what: `the library variable set "${textOf(set, "Name")}"`, reasons }, () =>
      space.remove(`/libraryvariablesets/${set.Id}`),
    );
  }
}

/** What installations put into their sets. */
const ownVariables = new RegExp(
  `^(${[keyVariable, receiptKeyVariable, downstreamNameVariable, decisionsVariable].map((name) => name.replaceAll(".", "\\.")).join("|")}|ThisInstance\\..*|ManagedTenant\\.Oidc.*|ManagedTenant\\.Octopus\\..*|GitHost\\..*|TerraformState\\..*)$`,
  "i",
);

/** The environment and the lifecycle that hold nothing but management. */
async function takeSync(space: OctopusSpace, { state, taker }: Taking): Promise<void> {
  const projects = state.projects.filter((project) => !taker.gone.has(project.Id));
  const [environment] = await listByExactNames(space, "environments", ["Sync"]);
  const lifecycles = await space.list("/lifecycles");
  const lifecycle = lifecycles.find((one) => isSameName(textOf(one, "Name"), "Sync"));
  if (lifecycle !== undefined) {
    const users = projects.filter((project) => textOf(project, "LifecycleId") === lifecycle.Id);
    const reasons = users.length === 0 ? [] : [`${listNames(users)} ${users.length === 1 ? "has" : "have"} it`];
    await taker.take({ id: lifecycle.Id, what: 'the lifecycle "Sync"', reasons }, () =>
      space.remove(`/lifecycles/${lifecycle.Id}`),
    );
  }
  if (environment === undefined) return;
  const reasons = await listUsesOfSync(space, environment, { projects, lifecycles, state, taker });
  await taker.take({ id: environment.Id, what: 'the environment "Sync"', reasons }, () =>
    space.remove(`/environments/${environment.Id}`),
  );
}

async function listUsesOfSync(
  space: OctopusSpace,
  { Id }: OctopusDocument,
  { projects, lifecycles, state, taker }: Taking & { projects: OctopusDocument[]; lifecycles: OctopusDocument[] },
): Promise<string[]> {
  const within = lifecycles.filter(
    (lifecycle) =>
      !taker.gone.has(lifecycle.Id) &&
      objectsOf(lifecycle, "Phases").some((phase) =>
        [...textsOf(phase, "OptionalDeploymentTargets"), ...textsOf(phase, "AutomaticDeploymentTargets")].includes(Id),
      ),
  );
  const connected = state.tenants.filter((tenant) => {
    const places = isJsonObject(tenant["ProjectEnvironments"]) ? tenant["ProjectEnvironments"] : {};
    return Object.keys(places).some((project) => !taker.gone.has(project) && textsOf(places, project).includes(Id));
  });
  const sets = (await space.list("/libraryvariablesets")).filter((set) => !taker.gone.has(set.Id));
  const scoped: OctopusDocument[] = [];
  for (const owner of [...projects, ...sets]) {
    const variables = await listVariables(space, owner);
    const isIn = (variable: JsonObject): boolean =>
      textsOf(isJsonObject(variable["Scope"]) ? variable["Scope"] : {}, "Environment").includes(Id);
    if (variables.some(isIn)) scoped.push(owner);
  }
  return [
    ...(within.length === 0 ? [] : [`the lifecycles ${listNames(within)} have it`]),
    ...(connected.length === 0
      ? []
      : [`${connected.length} ${connected.length === 1 ? "tenant is" : "tenants are"} connected in it`]),
    ...(scoped.length === 0 ? [] : [`variables of ${listNames(scoped)} are scoped to it`]),
  ];
}

async function takeRecord(space: OctopusSpace, { state, taker }: Taking): Promise<void> {
  const [set] = await listByExactNames(space, "libraryvariablesets", [recordSetName]);
  if (set === undefined) return;
  const staying = state.runbooks.filter((runbook) => !taker.gone.has(runbook.Id));
  const reasons = staying.length === 0 ? [] : ["it says what was put into the runbooks that stay"];
  await taker.take({ id: set.Id, what: `the library variable set "${recordSetName}"`, reasons }, () =>
    space.remove(`/libraryvariablesets/${set.Id}`),
  );
}

async function listVariables(space: OctopusSpace, owner: OctopusDocument): Promise<JsonObject[]> {
  const id = textOf(owner, "VariableSetId");
  return id === "" ? [] : objectsOf(await space.get(`/variables/${id}`), "Variables");
}

function nameOf(documents: readonly OctopusDocument[], id: string): string {
  return textOf(documents.find((document) => document.Id === id) ?? {}, "Name");
}

function listNames(documents: readonly JsonObject[]): string {
  return quote([...new Set(documents.map((document) => textOf(document, "Name")))]);
}

function quote(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
