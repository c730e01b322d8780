import { randomUUID } from "node:crypto";
import { createGitCache, type GitCache } from "../git/git-cache.ts";
import { createCollection, type Collection, type Resource } from "./collection.ts";
import { columnPlans } from "./column-plans.ts";
import type { KnownGrants } from "./grant.ts";
import { createInstance, type InstanceFacts, type InstanceOptions } from "./instance.ts";
import { defaultVersion, wholeVersion } from "./server-version.ts";
import { createTokenSigner, type TokenSigner } from "./signed-tokens.ts";
import { defaultStrictness, type Strictness } from "./strictness.ts";

/** Id prefixes by kind (reference: the ids that go-octopusdeploy's and the provider's tests hard-code). One line adds a kind. */
const idPrefixes = {
  spaces: "Spaces",
  environments: "Environments",
  parentenvironments: "ParentEnvironments",
  ephemeralenvironments: "EphemeralEnvironments",
  lifecycles: "Lifecycles",
  projectgroups: "ProjectGroups",
  projects: "Projects",
  channels: "Channels",
  deploymentprocesses: "deploymentprocess",
  deploymentsettings: "deploymentsettings",
  runbooks: "Runbooks",
  runbookprocesses: "RunbookProcess",
  runbooksnapshots: "RunbookSnapshots",
  runbookruns: "RunbookRuns",
  releases: "Releases",
  deployments: "Deployments",
  tasks: "ServerTasks",
  projecttriggers: "ProjectTriggers",
  variablesets: "variableset",
  libraryvariablesets: "LibraryVariableSets",
  feeds: "Feeds",
  packages: "packages",
  buildinformation: "BuildInformation",
  accounts: "Accounts",
  certificates: "Certificates",
  gitcredentials: "GitCredentials",
  githubconnections: "GitHubAppConnections",
  machines: "Machines",
  workers: "Workers",
  workerpools: "WorkerPools",
  machinepolicies: "MachinePolicies",
  proxies: "Proxies",
  tagsets: "TagSets",
  tenants: "Tenants",
  tenantvariables: "TenantVariables",
  actiontemplates: "ActionTemplates",
  actiontemplateversions: "ActionTemplateVersions",
  communityactiontemplates: "CommunityActionTemplates",
  artifacts: "Artifacts",
  interruptions: "Interruptions",
  events: "Events",
  users: "Users",
  apikeys: "apikeys",
  accesstokens: "AccessTokens",
  teams: "Teams",
  userroles: "userroles",
  scopeduserroles: "ScopedUserRoles",
  retentionpolicies: "RetentionPolicies",
  deploymentfreezes: "DeploymentFreezes",
  subscriptions: "Subscriptions",
  approvalpolicies: "ApprovalPolicies",
  ratelimitingpolicies: "RateLimitingPolicies",
  platformhubaccounts: "PlatformHubAccounts",
  platformhubgitcredentials: "PlatformHubGitCredentials",
  platformhubsettings: "platformhub",
  processtemplates: "ProcessTemplates",
  oidcidentities: "ServiceAccountOidcIdentities",
  kubernetesmonitors: "KubernetesMonitors",
} as const;

export type Kind = keyof typeof idPrefixes;

/** Everything that the server knows, in memory. Routes and the worker work on this; nothing else holds state. */
export interface OctopusModel {
  /** As `GET /api` tells it; a test that upgrades the server changes it. */
  version: string;
  readonly installationId: string;
  /** Of the tokens by which runs and callers say who they are. */
  readonly signer: TokenSigner;
  /** The public address, known once the server listens. */
  url: string;
  collection(kind: Kind): Collection;
  /** Of every collection. */
  readonly kinds: readonly Kind[];
  /** Contents of uploaded packages, artifacts and logos, by the id of their document. */
  readonly blobs: Map<string, Uint8Array>;
  /** Lines that a task wrote, by task id; the worker appends, the task routes read. */
  readonly taskLogs: Map<string, TaskLog>;
  /** Called by routes when a task was queued or canceled; the worker subscribes. */
  readonly taskChanged: Set<(task: Resource) => void>;
  /** Has runbooks migrated to Git by a task, which waits for this first; undefined: before the request is answered. */
  runbookMigration: Promise<unknown> | undefined;
  /** Called whenever a request of a user depends on a permission, whether it is granted or not. */
  readonly permissionAsked: Set<(asked: { userId: string; permission: string }) => void>;
  /** Called whenever a line was added to a node of a task's log. */
  readonly lineLogged: Set<(node: TaskLog) => void>;
  /** Copies of the repositories of version-controlled projects; what a project has in Git is never kept in a collection. */
  readonly git: GitCache;
  /** How long after its creation a space gets its default lifecycle, project group and so on; real servers take seconds. */
  readonly seedDelayMilliseconds: number;
  readonly strictness: Strictness;
  /** What the server tells about itself; a test changes it as it likes. */
  readonly instance: InstanceFacts;
  /** What users may do, for as long as one request lasts. */
  readonly knownGrants: WeakMap<Resource, KnownGrants>;
  now(): Date;
}

/** A node of a task's activity log, in the shape of the API's `ActivityLogs`. */
export interface TaskLog {
  Id: string;
  Name: string;
  Status: "Pending" | "Running" | "Success" | "Failed" | "Skipped" | "SuccessWithWarning" | "Canceled";
  Started: string | null;
  Ended: string | null;
  ProgressPercentage: number;
  ProgressMessage: string;
  Children: TaskLog[];
  LogElements: { Category: string; OccurredAt: string; MessageText: string; Detail: string | null }[];
}

export interface ModelOptions {
  /** As `GET /api` tells it, or a line such as `2024.4`: digits only, or the Terraform provider takes it for older than everything. */
  version?: string;
  seedDelayMilliseconds?: number;
  /** Rules that are not to be in force. */
  strictness?: Partial<Strictness>;
  /** What the server tells about itself: nodes, license, health, upgrades, maintenance. */
  instance?: InstanceOptions;
  now?: () => Date;
}

export function createModel(options: ModelOptions = {}): OctopusModel {
  const collections = new Map<string, Collection>();
  const kinds = Object.keys(idPrefixes).filter(isKind);
  for (const kind of kinds) collections.set(kind, createCollection(kind, idPrefixes[kind], columnPlans[kind]));
  function collection(kind: Kind): Collection {
    const found = collections.get(kind);
    if (found === undefined) throw new Error(`The model has no kind "${kind}".`);
    return found;
  }
  return {
    version: wholeVersion(options.version ?? defaultVersion),
    installationId: randomUUID(),
    signer: createTokenSigner(randomUUID()),
    url: "",
    collection,
    kinds,
    blobs: new Map(),
    taskLogs: new Map(),
    taskChanged: new Set(),
    runbookMigration: undefined,
    permissionAsked: new Set(),
    lineLogged: new Set(),
    git: createGitCache(),
    seedDelayMilliseconds: options.seedDelayMilliseconds ?? 0,
    strictness: { ...defaultStrictness, ...options.strictness },
    instance: createInstance(options.instance),
    knownGrants: new WeakMap(),
    now: options.now ?? (() => new Date()),
  };
}

function isKind(text: string): text is Kind {
  return Object.hasOwn(idPrefixes, text);
}
