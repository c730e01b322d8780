import { randomBytes } from "node:crypto";
import { findCiJob } from "../git-hosts/ci-jobs.ts";
import { describePath, type GitHost, type Webhook, type WebhookEvent, type Webhooks } from "../git-hosts/git-host.ts";
import { splitCredentials } from "../git/git-credentials.ts";
import { isJsonObject, isSameJson, objectOf, objectsOf, textOf, textsOf, type JsonObject } from "../model/json.ts";
import { compareVersions } from "../octopus/compare-versions.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { publishSnapshot } from "../octopus/publish-snapshot.ts";
import { isSameName } from "../octopus/same-name.ts";
import { thisInstanceSignIn, toSignInParameters } from "../octopus/sign-in-variables.ts";
import { templateOf } from "./client-space.ts";
import { toGitParameters } from "./git-host-variables.ts";
import { idToBe, type Installer } from "./installer.ts";
import { needsPublishing } from "./needs-publishing.ts";
import type { StepPlacement } from "./process-steps.ts";
import { gitHookNames, templateProjectNames } from "./runbook-names.ts";
import { ensureRunbook } from "./runbooks.ts";
import type { SyncEnvironment } from "./sync-environment.ts";
import { ensureVariables, readVariables, type VariableSets } from "./variable-sets.ts";

/** What somebody asked for about hooks of Git hosts. */
export interface GitHookChoice {
  /** A push starts Merge Updates in place of Find Updates. */
  mergesOnPush: boolean;
  /** What callers of the webhooks bring; undefined for one that nobody knows but the host. */
  secret: string | undefined;
  openHost: OpenHookHost;
}

/** What the set *Git Host* says, and where a template's repository is: a host that is at many addresses is there, where nobody says another. */
export interface StoredHost {
  host: string | undefined;
  url: string | undefined;
  templateUrl: string;
}

/** Whose webhooks are set up: undefined without credentials for it. */
export type OpenHookHost = (stored: StoredHost) => { id: string; host: GitHost } | undefined;

export interface GitHooksOptions {
  /** Undefined where nobody asked: then only what is there already is brought up to this version. */
  choice: GitHookChoice | undefined;
  template: OctopusDocument;
  /** The project with the runbooks. */
  carrier: OctopusDocument;
  /** Those that were attached just now. */
  runbooks: readonly OctopusDocument[];
  hasChangedVariables: boolean;
  replaceKey: boolean;
  sync: SyncEnvironment;
  sets: VariableSets;
  templates: Record<string, OctopusDocument>;
  placement: StepPlacement;
}

/** The first servers with triggers that a webhook fires (docs, runbooks/webhook-runbook-trigger). */
const firstWithWebhooks = "2026.3";

/** By which a server believes whoever calls (the same page). */
const secretHeader = "X-Octopus-Webhook-Secret";

/**
 * The runbook that validates pull requests, its triggers, and the hooks of the Git host. Run again, it changes nothing that is as it should be.
 * @returns what a person has to do, one sentence each
 */
export async function ensureGitHooks(installer: Installer, options: GitHooksOptions): Promise<string[]> {
  const { carrier, choice } = options;
  const present = await findRunbook(installer, carrier);
  if (choice === undefined && present === undefined) return [];
  const changesBefore = installer.changes.length;
  const isReady = present === undefined || !(await needsPublishing(installer, present));
  const validate = await ensureValidateRunbook(installer, options);
  const hasChanged = installer.changes.length > changesBefore || options.hasChangedVariables;
  const unpublished = isReady
    ? []
    : [
        `The runbook "${templateProjectNames.validate}" has changes that are not published, so its triggers run it without them. Publish it when they are as you want them.`,
      ];
  if (isReady && (present === undefined || hasChanged)) await publish(installer, validate);
  if (choice === undefined) return unpublished;
  await ensureSchedule(installer, { ...options, validate });
  return [...unpublished, ...(await ensureWebhooks(installer, { ...options, validate, choice }))];
}

async function findRunbook(
  { space, record }: Installer,
  carrier: OctopusDocument,
): Promise<OctopusDocument | undefined> {
  if (carrier.Id === idToBe) return undefined;
  const runbooks = await space.list(`/projects/${carrier.Id}/runbooks`);
  const found = runbooks.find((one) => isSameName(textOf(one, "Name"), templateProjectNames.validate));
  return found !== undefined && (await record.find(found.Id)) !== undefined ? found : undefined;
}

function ensureValidateRunbook(
  installer: Installer,
  { template, carrier, sync, templates, placement }: GitHooksOptions,
): Promise<OctopusDocument> {
  const name = textOf(template, "Name");
  const prefix = "ValidateBranch";
  return ensureRunbook(
    installer,
    {
      project: carrier,
      name: templateProjectNames.validate,
      description: `Tells what branches and pull requests of the project "${name}" would break before they are merged. Changes nothing in any space.`,
      isTenanted: false,
      environmentId: sync.environment.Id,
      steps: [
        {
          name: "Validate Branch",
          ...templateOf(templates, "validate-branch"),
          properties: {
            ...toSignInParameters(`${prefix}.Management`, thisInstanceSignIn),
            [`${prefix}.Project`]: name,
            ...toGitParameters(prefix),
          },
        },
      ],
    },
    placement,
  );
}

async function publish(installer: Installer, runbook: OctopusDocument): Promise<void> {
  await installer.change({ verb: "publish", what: `the runbook "${textOf(runbook, "Name")}"` }, () =>
    publishSnapshot(installer.space, runbook),
  );
}

interface Ready extends GitHooksOptions {
  validate: OctopusDocument;
}

/** What a hook missed, and what an older server has no hooks for. Octopus's expressions begin with the second. */
async function ensureSchedule(installer: Installer, { validate, ...options }: Ready): Promise<void> {
  const Filter = { FilterType: "CronExpressionSchedule", CronExpression: "0 37 * * * *", Timezone: "UTC" };
  await ensureTrigger(installer, options, { name: gitHookNames.schedule, runbook: validate, Filter, tenants: [] });
}

interface WantedTrigger {
  name: string;
  runbook: OctopusDocument;
  Filter: JsonObject;
  tenants: readonly string[];
}

async function ensureTrigger(
  installer: Installer,
  { carrier, sync }: Pick<GitHooksOptions, "carrier" | "sync">,
  { name, runbook, Filter, tenants }: WantedTrigger,
): Promise<OctopusDocument> {
  const triggers = carrier.Id === idToBe ? [] : await installer.space.list(`/projects/${carrier.Id}/triggers`);
  return installer.ensure({
    label: "trigger",
    owner: textOf(carrier, "Name"),
    collection: "projecttriggers",
    name,
    among: triggers,
    create: {
      Description: "Disable it, or change it, as you like.",
      ProjectId: carrier.Id,
      IsDisabled: false,
      Filter,
      Action: {
        ActionType: "RunRunbook",
        RunbookId: runbook.Id,
        EnvironmentIds: [sync.environment.Id],
        TenantIds: [...tenants],
        TenantTags: [],
      },
    },
    update(current): JsonObject {
      const action = objectOf(current, "Action");
      const isSame = isSameJson(textsOf(action, "TenantIds").toSorted(), [...tenants].toSorted());
      return isSame ? {} : { Action: { ...action, TenantIds: [...tenants] } };
    },
  });
}

interface WebhookOptions extends Ready {
  choice: GitHookChoice;
}

interface Hook {
  name: string;
  runbook: OctopusDocument;
  events: readonly WebhookEvent[];
  tenants: readonly string[];
}

async function ensureWebhooks(installer: Installer, options: WebhookOptions): Promise<string[]> {
  const { choice, replaceKey } = options;
  const version = await readVersion(installer);
  const schedule = `"${gitHookNames.schedule}" looks at the pull requests instead`;
  if (compareVersions(version, firstWithWebhooks) < 0)
    return [`This server is ${version} and has no webhook triggers before ${firstWithWebhooks}: ${schedule}.`];
  const isAnew = replaceKey || !(await hasSecret(installer, options.carrier));
  const { hooks, remaining } = await listHooks(installer, options);
  if (!isAnew) {
    await ensureWebhookTriggers(installer, options, { hooks, secret: undefined });
    return remaining;
  }
  const opened = choice.openHost(await readStoredHost(installer.space, options.sets, options.template));
  const sender = findSender(opened?.host);
  if (sender === undefined && choice.secret === undefined) return [describeWithoutSecret(opened?.host, schedule)];
  const secret = choice.secret ?? randomBytes(32).toString("base64url");
  const triggers = await ensureWebhookTriggers(installer, options, { hooks, secret });
  if (opened !== undefined && sender !== undefined)
    await ensureHostHooks(installer, options, { host: opened.host, sender, triggers, secret });
  await keepSecret(installer, options, secret);
  return sender === undefined ? [...remaining, describeJob(installer, options, { opened, triggers })] : remaining;
}

async function readVersion({ space }: Installer): Promise<string> {
  const root = await space.server.getJson("");
  return isJsonObject(root) ? textOf(root, "Version") : "";
}

/** Who signs in to it stands in the environment; where it is, in the set Git Host, too. */
export async function readStoredHost(
  space: OctopusSpace,
  { gitHost }: Pick<VariableSets, "gitHost">,
  template: OctopusDocument,
): Promise<StoredHost> {
  const variables = gitHost === undefined ? [] : objectsOf(await readVariables(space, gitHost), "Variables");
  const read = (name: string): string | undefined =>
    textOf(variables.find((one) => isSameName(textOf(one, "Name"), name)) ?? {}, "Value") || undefined;
  return { host: read("GitHost.Type"), url: read("GitHost.Url"), templateUrl: readRepositoryUrl(template) };
}

/** Webhooks that can bring what Octopus believes. */
function findSender(host: GitHost | undefined): Webhooks | undefined {
  const webhooks = host?.webhooks;
  const only = webhooks?.onlyHeader ?? secretHeader;
  return only.toLowerCase() === secretHeader.toLowerCase() ? webhooks : undefined;
}

function describeWithoutSecret(host: GitHost | undefined, schedule: string): string {
  const why =
    host === undefined
      ? "Nothing signs in to the Git host here, so its webhooks were not set up"
      : `Webhooks of ${host.title} cannot bring the header ${secretHeader}`;
  const way =
    host === undefined
      ? "Set GIT_TOKEN and install again"
      : "To be quicker, set GIT_HOOK_SECRET to a secret of your own, install again, and let a job of its CI call Octopus (docs/pull-requests.md)";
  return `${why}: ${schedule}. ${way}.`;
}

/** A push brings news to the spaces of the tenants that are connected by now. */
async function listHooks(
  { space }: Installer,
  { validate, carrier, choice, runbooks }: WebhookOptions,
): Promise<{ hooks: Hook[]; remaining: string[] }> {
  const validating: Hook = { name: gitHookNames.requests, runbook: validate, events: ["pullRequest"], tenants: [] };
  const wanted = choice.mergesOnPush ? templateProjectNames.mergeUpdates : templateProjectNames.findUpdates;
  const runbook = runbooks.find((one) => isSameName(textOf(one, "Name"), wanted));
  const tenants = (await space.list("/tenants"))
    .filter((tenant) => Object.hasOwn(objectOf(tenant, "ProjectEnvironments"), carrier.Id))
    .map(({ Id }) => Id);
  if (runbook === undefined || tenants.length === 0)
    return {
      hooks: [validating],
      remaining: [
        `No tenant is connected to "${textOf(carrier, "Name")}" yet: connect them and install with --git-hooks and --replace-key again, so that a push starts "${wanted}" for them.`,
      ],
    };
  return { hooks: [validating, { name: gitHookNames.push, runbook, events: ["push"], tenants }], remaining: [] };
}

async function hasSecret({ space }: Installer, carrier: OctopusDocument): Promise<boolean> {
  const variables = objectsOf(await readVariables(space, carrier), "Variables");
  return variables.some((one) => isSameName(textOf(one, "Name"), gitHookNames.secret));
}

interface MadeTrigger {
  hook: Hook;
  trigger: OctopusDocument;
}

/** @param secret - undefined where there is one already, which nobody can read */
async function ensureWebhookTriggers(
  installer: Installer,
  options: WebhookOptions,
  { hooks, secret }: { hooks: readonly Hook[]; secret: string | undefined },
): Promise<MadeTrigger[]> {
  const { carrier } = options;
  const present = carrier.Id === idToBe ? [] : await installer.space.list(`/projects/${carrier.Id}/triggers`);
  const made: MadeTrigger[] = [];
  for (const hook of hooks) {
    const isThere = present.some((one) => isSameName(textOf(one, "Name"), hook.name));
    if (!isThere && secret === undefined) continue;
    if (hook.runbook !== options.validate && (await needsPublishing(installer, hook.runbook)))
      await publish(installer, hook.runbook);
    const Filter = {
      FilterType: "WebhookFilter",
      RequireApiKey: false,
      Secret: { HasValue: true, NewValue: secret ?? null },
    };
    const trigger = await ensureTrigger(installer, options, { ...hook, Filter });
    if (isThere && secret !== undefined) await replaceSecret(installer, trigger, secret);
    made.push({ hook, trigger });
  }
  return made;
}

async function replaceSecret(installer: Installer, trigger: OctopusDocument, secret: string): Promise<void> {
  const Filter = { ...objectOf(trigger, "Filter"), Secret: { HasValue: true, NewValue: secret } };
  await installer.change({ verb: "update", what: `the secret of the trigger "${textOf(trigger, "Name")}"` }, () =>
    installer.space.put(`/projecttriggers/${trigger.Id}`, { ...trigger, Filter }),
  );
}

interface HostHooks {
  host: GitHost;
  sender: Webhooks;
  triggers: readonly MadeTrigger[];
  secret: string;
}

async function ensureHostHooks(
  installer: Installer,
  { template }: WebhookOptions,
  { host, sender, triggers, secret }: HostHooks,
): Promise<void> {
  const path = host.parseCloneUrl(readRepositoryUrl(template));
  if (path === undefined) return;
  for (const { hook, trigger } of triggers) {
    const wanted: Webhook = {
      url: addressOf(installer, trigger),
      events: hook.events,
      header: { name: secretHeader, value: secret },
    };
    const what = `the webhook of "${describePath(path)}" for "${hook.name}"`;
    await installer.change({ verb: "update", what }, () => sender.ensure(path, wanted));
  }
}

/** Written last: while it is missing, all is set up anew, since nobody can read what an earlier run gave the host. */
async function keepSecret(installer: Installer, { carrier, sync }: WebhookOptions, secret: string): Promise<void> {
  const variable = {
    Name: gitHookNames.secret,
    Value: secret,
    Type: "Sensitive",
    IsSensitive: true,
    Scope: { Environment: [sync.environment.Id] },
  };
  await ensureVariables(installer, carrier, [variable], [gitHookNames.secret]);
}

function describeJob(
  installer: Installer,
  { template }: WebhookOptions,
  { opened, triggers }: { opened: ReturnType<OpenHookHost>; triggers: readonly MadeTrigger[] },
): string {
  const job = findCiJob(opened?.id ?? "");
  const where = job === undefined ? "a job of its CI" : `the file ${job.path}`;
  const addresses = triggers.map(({ hook, trigger }) => `${addressOf(installer, trigger)} for "${hook.name}"`);
  return `Webhooks of ${opened?.host.title ?? "the Git host"} cannot bring the secret: put ${where} of docs/pull-requests.md into the repository of "${textOf(template, "Name")}". Its OCTOPUS_WEBHOOK_SECRET is what GIT_HOOK_SECRET is here, and its OCTOPUS_WEBHOOK_URL ${addresses.join(", or ")}.`;
}

function addressOf({ space }: Installer, trigger: OctopusDocument): string {
  return webhookAddress(space, trigger) ?? idToBe;
}

/** Where a trigger that a webhook fires is called; undefined for any other. */
export function webhookAddress(space: OctopusSpace, trigger: OctopusDocument): string | undefined {
  const id = textOf(objectOf(trigger, "Filter"), "WebhookId");
  return id === "" ? undefined : `${space.server.url}/api/${space.id}/webhook/${id}`;
}

/** Where a template in Git has its files, without credentials. */
export function readRepositoryUrl(template: OctopusDocument): string {
  return splitCredentials(textOf(objectOf(template, "PersistenceSettings"), "Url")).url;
}
