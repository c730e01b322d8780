import type { Resource } from "../model/collection.ts";
import { fieldsOf, listOf, numberOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { isSensitive } from "../model/sensitive.ts";
import { expandReference } from "./account-variables.ts";
import { findSelectedVersion, type Execution } from "./execution.ts";
import type { CultureName } from "./dotnet/culture.ts";
import { createVariableDictionary, type VariableDictionary } from "./octostache.ts";
import { compareRanks, rankScope, rankTenantValue, scopeOf, type ScopeContext } from "./scope.ts";
import { listTenantValues } from "./tenant-values.ts";

/** A variable that one step set for those after it. */
export interface OutputVariable {
  action: string;
  /** The target that set it, if it ran on one. */
  machine?: string;
  name: string;
  value: string;
  isSensitive: boolean;
}

/** What has happened in the run so far. */
export interface Progress {
  outputs: readonly OutputVariable[];
  /** How each step that is over ended. */
  steps: readonly { name: string; status: "Succeeded" | "Failed" | "Skipped"; error: string }[];
  /** The first failure, "" while all is well. */
  error: string;
}

/** Which action on which target the variables are for. */
export interface ActionPlace {
  step: Fields;
  stepNumber: number;
  action: Fields;
  actionNumber: number;
  machine?: Resource;
}

export interface ActionVariables {
  variables: VariableDictionary;
  /** Values that must not be shown. */
  secrets: string[];
  /** Parameters of the step template that a project variable of the same name hides. */
  hidden: string[];
}

/** Gathers the variables of a run once, and gives each action those that apply to it. */
export interface RunVariables {
  /** Every secret of the project, its library sets and the tenant, whether or not it applies to an action. */
  readonly secrets: string[];
  /** For run conditions: without an action. */
  forStep(step: Fields, progress: Progress): ActionVariables;
  forAction(place: ActionPlace, progress: Progress): ActionVariables;
}

interface Candidate {
  name: string;
  value: unknown;
  /** The scope of a project or library variable. */
  scope?: Fields;
  /** The rank of a tenant's value. */
  rank?: number[];
}

/** System variables, then those of the project, its library sets and the tenant by scope; values stay unevaluated. */
export function createRunVariables(
  model: OctopusModel,
  {
    execution,
    environment,
    culture,
  }: { execution: Execution; environment: Record<string, string>; culture: CultureName },
): RunVariables {
  const candidates = [...listSetVariables(execution), ...listTenantVariables(model, execution)];
  const system = [
    ...environmentVariables(environment),
    ...systemVariables(model, execution),
    ...processVariables(execution),
  ];

  function gather(scope: ScopeContext, progress: Progress, place: ActionPlace | undefined): ActionVariables {
    const secrets: string[] = [];
    const variables = createVariableDictionary([], { culture });
    const set = (name: string, value: unknown) => setValue(variables, secrets, { name, value });
    for (const [name, value] of system) set(name, value);
    for (const [name, value] of place === undefined ? [] : actionVariables(model, { execution, place }))
      set(name, value);
    const chosen = chooseCandidates(candidates, scope);
    for (const { name, value } of chosen)
      for (const entry of expandReference(model, { name, value, execution })) set(...entry);
    const hidden =
      place === undefined
        ? []
        : setParameters(place.action, chosen, (name, value) =>
            expandReference(model, { name, value, execution }).forEach((entry) => set(...entry)),
          );
    setProgress(progress, set);
    for (const { value, isSensitive: isSecret } of progress.outputs) if (isSecret) secrets.push(value);
    return { variables, secrets, hidden };
  }
  return {
    secrets: candidates.flatMap(({ value }) => (isSensitive(value) ? [value.$sensitive] : [])),
    forStep: (_step, progress) => gather(scopeContext(execution, undefined), progress, undefined),
    forAction: (place, progress) => gather(scopeContext(execution, place), progress, place),
  };
}

function setValue(
  variables: VariableDictionary,
  secrets: string[],
  { name, value }: { name: string; value: unknown },
): void {
  if (isSensitive(value)) {
    secrets.push(value.$sensitive);
    variables.set(name, value.$sensitive);
  } else {
    variables.set(name, typeof value === "string" ? value : "");
  }
}

/** Frozen variables; what was typed in for a prompted one takes the place of its value. */
function listSetVariables({ run, variableSets }: Execution): Candidate[] {
  const answers = fieldsOf(run, "FormValues");
  return variableSets.flatMap((set) =>
    listOf(set, "Variables").map((variable) => {
      const answer = answers[textOf(variable, "Id")];
      const isSecret = textOf(variable, "Type") === "Sensitive" || variable["IsSensitive"] === true;
      const value = answer === undefined || answer === null ? variable["Value"] : answerValue(answer, isSecret);
      return { name: textOf(variable, "Name"), value, scope: scopeOf(variable) };
    }),
  );
}

function answerValue(answer: unknown, isSecret: boolean): unknown {
  const text = typeof answer === "object" && answer !== null && "NewValue" in answer ? answer.NewValue : answer;
  return isSecret && typeof text === "string" ? { $sensitive: text } : text;
}

function listTenantVariables(model: OctopusModel, execution: Execution): Candidate[] {
  return listTenantValues(model, execution).map(({ name, value, isForEnvironment }) => ({
    name,
    value,
    rank: rankTenantValue({ isForEnvironment }),
  }));
}

function scopeContext(
  { run, environment, tenant, channel, runbook, project }: Execution,
  place: ActionPlace | undefined,
): ScopeContext {
  return {
    ...(place === undefined ? {} : { action: textOf(place.action, "Id"), targetRoles: targetRolesOf(place) }),
    ...(place?.machine === undefined ? {} : { machine: place.machine.Id, roles: textsOf(place.machine, "Roles") }),
    ...(tenant === undefined ? {} : { tenant: tenant.Id, tenantTags: textsOf(tenant, "TenantTags") }),
    ...(channel === undefined ? {} : { channel: channel.Id }),
    environment: environment.Id,
    processOwner: textOf(run, "RunbookId") || (runbook?.Id ?? project.Id),
  };
}

/** Tags (roles) of the targets that a step runs on. */
export function targetRolesOf({ step }: { step: Fields }): string[] {
  const text = textOf(fieldsOf(step, "Properties"), "Octopus.Action.TargetRoles");
  return text
    .split(",")
    .map((role) => role.trim())
    .filter((role) => role !== "");
}

/** For each name the value with the most specific scope; of equals the first wins, and the project's come before the library's. */
function chooseCandidates(candidates: readonly Candidate[], context: ScopeContext): Candidate[] {
  const best = new Map<string, { candidate: Candidate; rank: number[] }>();
  for (const candidate of candidates) {
    const rank = candidate.rank ?? rankScope(candidate.scope ?? {}, context);
    const key = candidate.name.toLowerCase();
    const before = best.get(key);
    if (rank !== undefined && (before === undefined || compareRanks(rank, before.rank) > 0))
      best.set(key, { candidate, rank });
  }
  return [...best.values()].map(({ candidate }) => candidate);
}

/** Properties that are not Octopus's own are parameters of the step template; a variable of the same name wins (Issues #2126). */
function setParameters(
  action: Fields,
  chosen: readonly Candidate[],
  set: (name: string, value: unknown) => void,
): string[] {
  const taken = new Set(chosen.map(({ name }) => name.toLowerCase()));
  const parameters = Object.entries(fieldsOf(action, "Properties")).filter(([name]) => !name.startsWith("Octopus."));
  for (const [name, value] of parameters) if (!taken.has(name.toLowerCase())) set(name, value);
  return parameters.map(([name]) => name).filter((name) => taken.has(name.toLowerCase()));
}

function setProgress({ outputs, steps, error }: Progress, set: (name: string, value: unknown) => void): void {
  for (const { action, machine, name, value } of outputs) {
    set(`Octopus.Action[${action}].Output.${name}`, value);
    if (machine !== undefined) set(`Octopus.Action[${action}].Output[${machine}].${name}`, value);
  }
  for (const { name, status, error: stepError } of steps) {
    set(`Octopus.Step[${name}].Status.Code`, status);
    if (stepError !== "") set(`Octopus.Step[${name}].Status.Error`, stepError);
  }
  if (error !== "") {
    set("Octopus.Deployment.Error", error);
    set("Octopus.Deployment.ErrorDetail", error);
  }
}

type Entry = [string, unknown];
type Entries = Entry[];

function environmentVariables(environment: Record<string, string>): Entries {
  return Object.entries(environment).map(([name, value]) => [`env:${name}`, value]);
}

/** System variables of the docs that a run without targets has; absent ones are not set. */
function systemVariables(model: OctopusModel, execution: Execution): Entries {
  const { task, space, project, environment, tenant, run, channel } = execution;
  const group = model.collection("projectgroups").find(textOf(project, "ProjectGroupId"));
  const user = model.collection("users").find(textOf(run, "DeployedById") || textOf(run, "CreatedById"));
  return [
    ["Octopus.Web.ServerUri", model.url],
    ["Octopus.Web.BaseUrl", model.url],
    ["Octopus.Web.ProjectLink", `/app#/${space.Id}/projects/${project.Id}`],
    ...named("Octopus.Space", space),
    ...named("Octopus.Project", project),
    ...(group === undefined ? [] : named("Octopus.ProjectGroup", group)),
    ...named("Octopus.Environment", environment),
    ["Octopus.Environment.SortOrder", String(numberOf(environment, "SortOrder"))],
    ["Octopus.Task.Id", task.Id],
    ["Octopus.Task.Name", textOf(task, "Description")],
    ["Octopus.Task.QueueTime", textOf(task, "QueueTime")],
    ...Object.entries(fieldsOf(task, "Arguments")).map(([name, value]): Entry => [
      `Octopus.Task.Argument[${name}]`,
      value,
    ]),
    ["Octopus.Deployment.CreatedBy.Id", user?.Id ?? ""],
    ["Octopus.Deployment.CreatedBy.Username", textOf(user ?? {}, "Username")],
    ["Octopus.Deployment.CreatedBy.DisplayName", textOf(user ?? {}, "DisplayName")],
    ["Octopus.Deployment.CreatedBy.EmailAddress", textOf(user ?? {}, "EmailAddress")],
    ["Octopus.Deployment.Comments", textOf(run, "Comments")],
    ...(tenant === undefined ? [] : [...named("Octopus.Deployment.Tenant", tenant), tagsOf(tenant)]),
    ...(channel === undefined ? [] : named("Octopus.Release.Channel", channel)),
    ...(textOf(task, "Name") === "RunbookRun" ? runVariables(execution) : deploymentVariables(execution)),
  ];
}

function named(prefix: string, resource: Resource): Entries {
  return [
    [`${prefix}.Id`, resource.Id],
    [`${prefix}.Name`, textOf(resource, "Name")],
  ];
}

function tagsOf(tenant: Resource): [string, unknown] {
  return ["Octopus.Deployment.Tenant.Tags", textsOf(tenant, "TenantTags").join(",")];
}

function runVariables({ space, project, run, runbook, snapshot }: Execution): Entries {
  const base = `/app#/${space.Id}/projects/${project.Id}/operations`;
  return [
    ...(runbook === undefined ? [] : named("Octopus.Runbook", runbook)),
    ...named("Octopus.RunbookRun", run),
    ["Octopus.RunbookRun.Created", textOf(run, "Created")],
    ["Octopus.RunbookRun.CreatedUtc", textOf(run, "Created")],
    ...(snapshot === undefined ? [] : named("Octopus.RunbookSnapshot", snapshot)),
    ["Octopus.RunbookSnapshot.Notes", textOf(snapshot ?? {}, "Notes")],
    ...gitVariables("Octopus.RunbookRun.Git", fieldsOf(snapshot ?? {}, "GitReference")),
    [
      "Octopus.Web.RunbookRunLink",
      `${base}/runbooks/${runbook?.Id ?? ""}/snapshots/${snapshot?.Id ?? ""}/runs/${run.Id}`,
    ],
    ["Octopus.Web.RunbookSnapshotLink", `${base}/runbooks/${runbook?.Id ?? ""}/snapshots/${snapshot?.Id ?? ""}`],
  ];
}

/** Where a project in Git was taken from (docs, system variables); nothing for one in the database. */
function gitVariables(prefix: string, reference: Fields): Entries {
  const ref = textOf(reference, "GitRef");
  const commit = textOf(reference, "GitCommit");
  if (commit === "") return [];
  const [, branch] = /^refs\/heads\/(.+)$/.exec(ref) ?? [];
  const [, tag] = /^refs\/tags\/(.+)$/.exec(ref) ?? [];
  const parts: Entries = [
    ["Ref", ref],
    ["CommitHash", commit],
    ["BranchName", branch],
    ["TagName", tag],
  ];
  return parts.filter(([, value]) => value !== undefined).map(([name, value]) => [`${prefix}.${name}`, value]);
}

function deploymentVariables({ space, project, run, release }: Execution): Entries {
  const version = textOf(release ?? {}, "Version");
  const base = `/app#/${space.Id}/projects/${project.Id}/deployments/releases/${version}`;
  return [
    ...named("Octopus.Deployment", run),
    ["Octopus.Deployment.Created", textOf(run, "Created")],
    ["Octopus.Release.Id", release?.Id ?? ""],
    ["Octopus.Release.Number", version],
    ["Octopus.Release.Notes", textOf(release ?? {}, "ReleaseNotes")],
    ["Octopus.Release.Created", textOf(release ?? {}, "Assembled")],
    ...gitVariables("Octopus.Release.Git", fieldsOf(release ?? {}, "VersionControlReference")),
    ["Octopus.Web.ReleaseLink", base],
    ["Octopus.Web.DeploymentLink", `${base}/deployments/${run.Id}`],
  ];
}

/** Every action of the process is there for every action, script bodies included: `Octopus.Action[Name].Script.ScriptBody`. */
function processVariables(execution: Execution): Entries {
  const steps = listOf(execution.process, "Steps");
  const places = steps.flatMap((step, stepIndex) =>
    listOf(step, "Actions").map((action, index) => ({
      step,
      stepNumber: stepIndex + 1,
      action,
      actionNumber: index + 1,
    })),
  );
  return places.flatMap((place) => describeAction(execution, place, `Octopus.Action[${textOf(place.action, "Name")}]`));
}

/** The action's own variables, without an index. */
function actionVariables(
  model: OctopusModel,
  { execution, place }: { execution: Execution; place: ActionPlace },
): Entries {
  const { step, stepNumber, machine } = place;
  return [
    ...named("Octopus.Step", { Id: textOf(step, "Id"), Name: textOf(step, "Name") }),
    ["Octopus.Step.Number", String(stepNumber)],
    ...Object.entries(fieldsOf(step, "Properties")),
    ...workerPoolVariables(model, { execution, place }),
    ...describeAction(execution, place, "Octopus.Action"),
    ...Object.entries(fieldsOf(place.action, "Properties")).filter(([name]) => name.startsWith("Octopus.")),
    ...(machine === undefined ? [] : machineVariables(machine)),
  ];
}

/** The pool that the action names, else the default one of the space. */
function workerPoolVariables(
  model: OctopusModel,
  { execution, place }: { execution: Execution; place: ActionPlace },
): Entries {
  const pools = model.collection("workerpools").listInSpace(execution.space.Id);
  const chosen = pools.find((pool) => pool.Id === textOf(place.action, "WorkerPoolId"));
  const pool = chosen ?? pools.find((candidate) => candidate["IsDefault"] === true);
  return pool === undefined ? [] : named("Octopus.WorkerPool", pool);
}

function machineVariables(machine: Resource): Entries {
  return [...named("Octopus.Machine", machine), ["Octopus.Machine.Roles", textsOf(machine, "Roles").join(",")]];
}

function describeAction(execution: Execution, { step, action, actionNumber }: ActionPlace, prefix: string): Entries {
  const properties = Object.entries(fieldsOf(action, "Properties")).filter(([name]) =>
    name.startsWith("Octopus.Action."),
  );
  const container = fieldsOf(action, "Container");
  return [
    ...properties.map(([name, value]): [string, unknown] => [`${prefix}${name.slice("Octopus.Action".length)}`, value]),
    ...named(prefix, { Id: textOf(action, "Id"), Name: textOf(action, "Name") }),
    [`${prefix}.Number`, String(actionNumber)],
    [`${prefix}.StepName`, textOf(step, "Name")],
    ...(textOf(container, "Image") === ""
      ? []
      : [[`${prefix}.Container.Image`, textOf(container, "Image")] satisfies [string, unknown]]),
    ...listOf(action, "Packages").flatMap((reference) => describePackage(execution, { action, reference, prefix })),
  ];
}

function describePackage(
  { run }: Execution,
  { action, reference, prefix }: { action: Fields; reference: Fields; prefix: string },
): Entries {
  const name = textOf(reference, "Name");
  const version =
    findSelectedVersion(run, { action: textOf(action, "Name"), reference: name }) ?? textOf(reference, "Version");
  const described: Entries = [
    ["PackageId", textOf(reference, "PackageId")],
    ["FeedId", textOf(reference, "FeedId")],
    ["PackageVersion", version],
  ];
  const indexed: Entries = described.map(([field, value]) => [`${prefix}.Package[${name}].${field}`, value]);
  return name === ""
    ? [...indexed, ...described.map(([field, value]): [string, unknown] => [`${prefix}.Package.${field}`, value])]
    : indexed;
}
