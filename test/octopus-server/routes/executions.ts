import type { Resource } from "../model/collection.ts";
import { isFields, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { Kind } from "../model/model.ts";
import { hasTags, isConnected, tenantEnvironments } from "../model/tenancy.ts";
import { requireBody } from "./binding.ts";
import { badRequest, notFound, type Call } from "./route.ts";

/** What the executions API and the classic routes ask for, the same way for runbook runs and deployments. */
export interface ExecutionRequest {
  /** Environments in the order in which they were named. */
  environments: Resource[];
  /** Undefined stands for an untenanted run. */
  tenants: (Resource | undefined)[];
  /** By name or by id of the variable. */
  formValues: Fields;
  /** Names of steps, or ids of actions. */
  skipped: string[];
  specificMachineIds: string[];
  excludedMachineIds: string[];
  queueTime: string | null;
  queueTimeExpiry: string | null;
  useGuidedFailure: boolean | undefined;
  forcePackageDownload: boolean;
  comments: string | null;
}

export interface TenancyRules {
  project: Resource;
  /** Untenanted, TenantedOrUntenanted or Tenanted. */
  mode: string;
  /** For sentences: `the runbook "Backup"`. */
  subject: string;
}

/** Reads the body of the executions API, in which everything is named (go-octopusdeploy `CreateExecutionAbstractCommandV1`). */
export function readExecution(call: Call, rules: TenancyRules): ExecutionRequest {
  const sent = requireBody(call.body);
  const names = [...textsAt(sent, "EnvironmentNames"), textAt(sent, "EnvironmentName")].filter((name) => name !== "");
  // Docs, deployments: an empty list of environments "is not rejected, it simply deploys nothing"; for runbooks that is assumed.
  const environments = names.map((name) => findNamed(call, { kind: "environments", what: "environment", name }));
  return {
    environments,
    tenants: readTenants(call, rules, { sent, environments }),
    formValues: fieldsAt(sent, "Variables"),
    skipped: textsAt(sent, "SkipStepNames"),
    specificMachineIds: textsAt(sent, "SpecificMachineNames").map(
      (name) => findNamed(call, { kind: "machines", what: "deployment target", name }).Id,
    ),
    excludedMachineIds: textsAt(sent, "ExcludedMachineNames").map(
      (name) => findNamed(call, { kind: "machines", what: "deployment target", name }).Id,
    ),
    queueTime: timeAt(sent, "RunAt"),
    queueTimeExpiry: timeAt(sent, "NoRunAfter"),
    useGuidedFailure: flagAt(sent, "UseGuidedFailure"),
    forcePackageDownload: flagAt(sent, "ForcePackageDownload") ?? false,
    comments: textAt(sent, "Comments") || null,
  };
}

/** Reads the body of a classic request, in which everything has its id. */
export function readClassicExecution(call: Call, rules: TenancyRules): ExecutionRequest {
  const sent = requireBody(call.body);
  const environmentIds = [...textsAt(sent, "EnvironmentIds"), textAt(sent, "EnvironmentId")].filter((id) => id !== "");
  // Assumed: status and sentence.
  if (environmentIds.length === 0) throw badRequest("Please provide a value for EnvironmentId.");
  const environments = environmentIds.map((id) =>
    findNamed(call, { kind: "environments", what: "environment", name: id }),
  );
  const tenantIds = [...textsAt(sent, "TenantIds"), textAt(sent, "TenantId")].filter((id) => id !== "");
  return {
    environments,
    tenants: checkedTenants(
      rules,
      tenantIds.map((id) => findNamed(call, { kind: "tenants", what: "tenant", name: id })),
    ),
    formValues: fieldsAt(sent, "FormValues"),
    skipped: textsAt(sent, "SkipActions"),
    specificMachineIds: textsAt(sent, "SpecificMachineIds"),
    excludedMachineIds: textsAt(sent, "ExcludedMachineIds"),
    queueTime: timeAt(sent, "QueueTime"),
    queueTimeExpiry: timeAt(sent, "QueueTimeExpiry"),
    useGuidedFailure: flagAt(sent, "UseGuidedFailure"),
    forcePackageDownload: flagAt(sent, "ForcePackageDownload") ?? false,
    comments: textAt(sent, "Comments") || null,
  };
}

/** One environment and, perhaps, one tenant: what a task works on. @throws a 400 when the tenant is not connected there */
export function pairsOf(
  request: ExecutionRequest,
  project: Resource,
): { environment: Resource; tenant: Resource | undefined }[] {
  return request.environments.flatMap((environment) =>
    request.tenants.map((tenant) => {
      if (tenant !== undefined) checkConnection(tenant, project, environment);
      return { environment, tenant };
    }),
  );
}

/** A document of this space by id, slug or name. @throws a 400 that names it */
export function findNamed(call: Call, { kind, what, name }: { kind: Kind; what: string; name: string }): Resource {
  const wanted = name.toLowerCase();
  const isWanted = (candidate: Resource): boolean =>
    [candidate.Id, textOf(candidate, "Name"), textOf(candidate, "Slug")].some((own) => own.toLowerCase() === wanted);
  const found = call.model.collection(kind).listInSpace(call.space.Id, isWanted)[0];
  // Assumed: the executions API answers 400 and names what it could not find.
  if (found === undefined) throw badRequest(`The ${what} '${name}' does not exist in this space.`);
  return found;
}

/** The text of a property of a request, "" when it is absent. */
export function textAt(sent: Fields, name: string): string {
  return textOf({ value: propertyOf(sent, name) }, "value");
}

/** The list of texts of a property of a request. */
export function textsAt(sent: Fields, name: string): string[] {
  return textsOf({ value: propertyOf(sent, name) }, "value");
}

export function flagAt(sent: Fields, name: string): boolean | undefined {
  const value = propertyOf(sent, name);
  return typeof value === "boolean" ? value : undefined;
}

/** The project of a release, a snapshot or a runbook. @throws a 404 */
export function projectOfDocument(call: Call, document: Resource): Resource {
  const project = call.model.collection("projects").find(textOf(document, "ProjectId"));
  if (project === undefined || project["SpaceId"] !== call.space.Id) throw notFound();
  return project;
}

/** Source: docs, projects: "a disabled project cannot be deployed and its runbooks cannot be run"; the sentence is assumed. */
export function checkProjectIsEnabled(project: Resource): void {
  if (project["IsDisabled"] === true) throw badRequest(`The project '${textOf(project, "Name")}' is disabled.`);
}

function readTenants(
  call: Call,
  rules: TenancyRules,
  { sent, environments }: { sent: Fields; environments: Resource[] },
): (Resource | undefined)[] {
  const names = textsAt(sent, "Tenants");
  const tags = textsAt(sent, "TenantTags");
  const named = names
    .filter((name) => name !== "*")
    .map((name) => findNamed(call, { kind: "tenants", what: "tenant", name }));
  const matching =
    tags.length > 0 || names.includes("*")
      ? connectedTenants(call, rules.project, environments).filter((tenant) => hasTags(tenant, tags))
      : [];
  if (matching.length === 0 && named.length === 0 && (tags.length > 0 || names.includes("*"))) {
    // Assumed: tags that no connected tenant has are refused rather than run for nobody.
    throw badRequest(
      `No tenant that is connected to the project '${textOf(rules.project, "Name")}' matches the tags ${tags.join(", ") || "*"}.`,
    );
  }
  return checkedTenants(rules, [...new Set([...named, ...matching])]);
}

function connectedTenants(call: Call, project: Resource, environments: readonly Resource[]): Resource[] {
  return call.model
    .collection("tenants")
    .listInSpace(
      call.space.Id,
      (tenant) =>
        environments.every((environment) => tenantEnvironments(tenant, project.Id).includes(environment.Id)) &&
        tenant["IsDisabled"] !== true,
    );
}

/** Source: docs, tenants: tenanted deployment mode of projects and runbooks; the sentences are assumed. */
function checkedTenants({ mode, subject }: TenancyRules, tenants: Resource[]): (Resource | undefined)[] {
  if (tenants.length > 0 && mode === "Untenanted")
    throw badRequest(`Tenants cannot be used because ${subject} does not allow tenanted runs.`);
  if (tenants.length === 0 && mode === "Tenanted")
    throw badRequest(`Please choose at least one tenant because ${subject} requires a tenant.`);
  const disabled = tenants.find((tenant) => tenant["IsDisabled"] === true);
  if (disabled !== undefined) throw badRequest(`The tenant '${textOf(disabled, "Name")}' is disabled.`);
  return tenants.length === 0 ? [undefined] : tenants;
}

/** Source: docs, tenants: a tenant must be connected to the project and to the environment; the sentences are assumed. */
function checkConnection(tenant: Resource, project: Resource, environment: Resource): void {
  const [name, projectName] = [textOf(tenant, "Name"), textOf(project, "Name")];
  if (!isConnected(tenant, project.Id))
    throw badRequest(`The tenant '${name}' is not connected to the project '${projectName}'.`);
  if (tenantEnvironments(tenant, project.Id).includes(environment.Id)) return;
  throw badRequest(
    `The tenant '${name}' is not connected to the environment '${textOf(environment, "Name")}' of the project '${projectName}'.`,
  );
}

function fieldsAt(sent: Fields, name: string): Fields {
  const value = propertyOf(sent, name);
  return isFields(value) ? value : {};
}

/** Assumed: a time that cannot be read is refused. */
function timeAt(sent: Fields, name: string): string | null {
  const text = textAt(sent, name);
  if (text === "") return null;
  if (Number.isNaN(Date.parse(text))) throw badRequest(`The value '${text}' is not a valid time for ${name}.`);
  return new Date(text).toISOString();
}
