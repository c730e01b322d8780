import {
  reference,
  targetId,
  type GraphNode,
  type LookUp,
  type Reference,
  type ResourceGraph,
  type SecretMark,
} from "../model/graph.ts";
import { canonicalJson, type JsonObject, type JsonValue } from "../model/json.ts";
import type { Baseline } from "./baseline-schema.ts";

type Lifecycle = NonNullable<Baseline["lifecycles"]>[number];
type Phase = NonNullable<Lifecycle["phases"]>[number];
type Retention = NonNullable<Phase["releaseRetention"]>;
type GitCredential = NonNullable<Baseline["gitCredentials"]>[number];
type DockerFeed = NonNullable<Baseline["dockerFeeds"]>[number];
type LibraryVariableSet = NonNullable<Baseline["libraryVariableSets"]>[number];
type Variable = NonNullable<LibraryVariableSet["variables"]>[number];
type Template = NonNullable<LibraryVariableSet["templates"]>[number];

/** A baseline as resources. Their bodies have only what the baseline names. Environments that it uses and does not define have to be there. */
export function toGraph(baseline: Baseline): ResourceGraph {
  const nodes = [
    ...(baseline.environments ?? []).map(({ name, description, guidedFailure, dynamicInfrastructure }) =>
      toNode("environment", name, {
        Description: description,
        UseGuidedFailure: guidedFailure,
        AllowDynamicInfrastructure: dynamicInfrastructure,
      }),
    ),
    ...(baseline.lifecycles ?? []).map(toLifecycle),
    ...(baseline.dockerFeeds ?? []).map(toFeed),
    ...(baseline.gitCredentials ?? []).map(toGitCredential),
    ...(baseline.projectGroups ?? []).map(({ name, description }) =>
      toNode("projectGroup", name, { Description: description }),
    ),
    ...(baseline.libraryVariableSets ?? []).flatMap(toLibraryVariableSet),
  ];
  return { nodes, lookUps: listLookUps(baseline, nodes), remarks: [] };
}

type Fields = Record<string, JsonValue | undefined>;

function toNode(kind: string, name: string, fields: Fields): GraphNode {
  return { kind, key: [name], body: named({ Name: name, ...fields }) };
}

/** Without the fields that the baseline does not name. */
function named(fields: Fields): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, value]) => (value === undefined ? [] : [[field, value]])),
  );
}

function toLifecycle({ name, description, phases, releaseRetention, tentacleRetention }: Lifecycle): GraphNode {
  return toNode("lifecycle", name, {
    Description: description,
    Phases: phases?.map(toPhase),
    ...toRetentions({ releaseRetention, tentacleRetention }),
  });
}

function toPhase({
  name,
  optional,
  automatic,
  minimumEnvironments,
  isOptional,
  isPriority,
  ...retentions
}: Phase): JsonObject {
  return named({
    Name: name,
    OptionalDeploymentTargets: optional && toEnvironments(optional),
    AutomaticDeploymentTargets: automatic && toEnvironments(automatic),
    MinimumEnvironmentsBeforePromotion: minimumEnvironments,
    IsOptionalPhase: isOptional,
    IsPriorityPhase: isPriority,
    ...toRetentions(retentions),
  });
}

function toRetentions({
  releaseRetention,
  tentacleRetention,
}: Pick<Phase, "releaseRetention" | "tentacleRetention">): Fields {
  return {
    ReleaseRetentionPolicy: releaseRetention && toRetention(releaseRetention),
    TentacleRetentionPolicy: tentacleRetention && toRetention(tentacleRetention),
  };
}

/** Each with all of the fields, as servers before and after `Strategy` want them. */
function toRetention(retention: Retention): JsonObject {
  if (retention === "default")
    return { Strategy: "Default", QuantityToKeep: 0, ShouldKeepForever: true, Unit: "Items" };
  if (retention === "forever")
    return { Strategy: "Forever", QuantityToKeep: 0, ShouldKeepForever: true, Unit: "Items" };
  return {
    Strategy: "Count",
    QuantityToKeep: retention.keep,
    ShouldKeepForever: false,
    Unit: retention.unit === "days" ? "Days" : "Items",
  };
}

function toFeed({ name, url, apiVersion, registryPath, username, password }: DockerFeed): GraphNode {
  const secret = password && toSecret(password.variable);
  return toNode("feed", name, {
    FeedType: "Docker",
    FeedUri: url,
    ApiVersion: apiVersion,
    RegistryPath: registryPath,
    Username: username,
    Password: secret,
  });
}

function toGitCredential({ name, description, username, password, repositories }: GitCredential): GraphNode {
  return toNode("gitCredential", name, {
    Description: description,
    Details: { Type: "UsernamePassword", Username: username, Password: toSecret(password.variable) },
    RepositoryRestrictions: repositories && { Enabled: true, AllowedRepositories: repositories.toSorted() },
  });
}

function toLibraryVariableSet({ name, description, templates, variables }: LibraryVariableSet): GraphNode[] {
  const set = toNode("libraryVariableSet", name, {
    ContentType: "Variables",
    Description: description,
    Templates: templates?.map(toTemplate),
  });
  if (variables === undefined) return [set];
  const owner = { kind: set.kind, key: set.key };
  return [set, { kind: "variableSet", key: set.key, owner, body: { Variables: variables.map(toVariable) } }];
}

function toTemplate({ name, label, help, type, options, default: initial }: Template): JsonObject {
  const choices =
    options &&
    Object.entries(options)
      .map(([value, shown]) => `${value}|${shown}`)
      .join("\n");
  const settings = named({ "Octopus.ControlType": type, "Octopus.SelectOptions": choices });
  return named({
    Name: name,
    Label: label,
    HelpText: help,
    DefaultValue: typeof initial === "object" ? toSecret(initial.variable) : initial,
    DisplaySettings: Object.keys(settings).length === 0 ? undefined : settings,
  });
}

function toVariable({ name, value, secret, description, environments, roles }: Variable): JsonObject {
  const scope = named({ Environment: environments && toEnvironments(environments), Role: roles?.toSorted() });
  const content =
    secret === undefined
      ? { Value: value ?? "", Type: "String", IsSensitive: false }
      : { Value: toSecret(secret.variable), Type: "Sensitive", IsSensitive: true };
  return named({ Name: name, ...content, Description: description, Scope: scope });
}

function toSecret(variable: string): SecretMark {
  return { $secret: { variable } };
}

/** In the order in which they are read back: it means nothing to Octopus. */
function toEnvironments(names: string[]): Reference[] {
  const references = names.map((name) => reference("environment", [name]));
  return references.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
}

function listLookUps({ lifecycles = [], libraryVariableSets = [] }: Baseline, nodes: GraphNode[]): LookUp[] {
  const phases = lifecycles.flatMap((lifecycle) => lifecycle.phases ?? []);
  const used = [
    ...phases.flatMap(({ optional = [], automatic = [] }) => [...optional, ...automatic]),
    ...libraryVariableSets.flatMap(({ variables = [] }) => variables.flatMap(({ environments = [] }) => environments)),
  ];
  const defined = new Set(nodes.map(targetId));
  const needed = [...new Set(used)].map((name) => ({ kind: "environment", key: [name] }));
  return needed.filter((target) => !defined.has(targetId(target)));
}
