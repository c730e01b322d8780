import { randomBytes } from "node:crypto";
import { gitHosts } from "../git-hosts/index.ts";
import { objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { decisionsVariable, mappingVariable, ownChangesVariable } from "../octopus/needed-variables.ts";
import { isSameName } from "../octopus/same-name.ts";
import { gitHostSecrets, listGitHostVariables, listGivenVariables, type GitHostOptions } from "./git-host-variables.ts";
import { listSignInVariables, type ServiceAccountOptions } from "./sign-in-variables.ts";
import { idToBe, type Installer } from "./installer.ts";

export interface VariableSetsOptions {
  /** This server, as the installer reaches it. */
  serverUrl: string;
  /** As its own steps reach it, which replaces what is stored; undefined leaves that, or takes the address above. */
  instanceUrl: string | undefined;
  /** The key that the management steps use on this server. */
  stepsKey: string;
  /** Writes the key even where one is stored already, since a stored one cannot be read and compared. */
  replaceKey: boolean;
  /** The only environment in which this server's key is handed out. */
  syncEnvironmentId: string;
  /** How the steps sign in instead of by the key. */
  serviceAccount: ServiceAccountOptions;
  /** Undefined where no template project is in Git and nothing was said of a host. */
  gitHost: GitHostOptions | undefined;
}

export interface VariableSets {
  octopusServer: OctopusDocument;
  exportOptions: OctopusDocument;
  thisInstance: OctopusDocument;
  gitHost: OctopusDocument | undefined;
  /** Of projects whose copies Terraform makes. */
  terraformState?: OctopusDocument;
  /** What was stored of what cannot be read again, by the names of variables. */
  stored: readonly string[];
}

/** Names of the sets; Serialize Project leaves them out of packages. */
export const variableSetNames = {
  octopusServer: "Octopus Server",
  exportOptions: "Export Options",
  thisInstance: "This Instance",
  gitHost: "Git Host",
  terraformState: "Terraform State",
} as const;

export async function ensureVariableSets(installer: Installer, options: VariableSetsOptions): Promise<VariableSets> {
  const octopusServer = await ensureSet(installer, {
    name: variableSetNames.octopusServer,
    description: "Where the space that a tenant stands for is, and the key to it.",
    templates: serverTemplates,
  });
  const exportOptions = await ensureSet(installer, {
    name: variableSetNames.exportOptions,
    description: "What runs of __ 1. Serialize Project and __ 2. Deploy Project may be told. Never part of a package.",
    templates: [],
  });
  await ensureVariables(
    installer,
    exportOptions,
    [
      { Name: downstreamNameVariable, Value: "#{Octopus.Project.Name}", Type: "String", Prompt: downstreamNamePrompt },
      decisionsQuestion,
    ],
    [],
  );
  const thisInstance = await ensureSet(installer, {
    name: variableSetNames.thisInstance,
    description:
      "This server's address and a key to it, for the steps that manage spaces: Octopus gives steps none. Only the Sync environment sees them.",
    templates: [],
  });
  const stored = await ensureVariables(installer, thisInstance, instanceVariables(options), [
    ...(options.replaceKey ? [keyVariable] : []),
    ...(options.instanceUrl === undefined ? [] : ["ThisInstance.Server.Url"]),
    ...listSignInVariables(options.serviceAccount, options.syncEnvironmentId).map(({ Name }) => String(Name)),
  ]);
  const { set: gitHost, stored: storedOfHost } = await ensureGitHost(installer, options);
  return { octopusServer, exportOptions, thisInstance, gitHost, stored: [...stored, ...storedOfHost] };
}

async function ensureGitHost(
  installer: Installer,
  { gitHost, syncEnvironmentId, replaceKey }: VariableSetsOptions,
): Promise<{ set: OctopusDocument | undefined; stored: string[] }> {
  if (gitHost === undefined) return { set: undefined, stored: [] };
  const set = await ensureSet(installer, {
    name: variableSetNames.gitHost,
    description: `The Git host with the repositories of managed spaces: its type (${Object.keys(gitHosts).join(", ")}), address, the owner of new repositories, and what signs in there. Only the Sync environment sees them.`,
    templates: [],
  });
  const replaced = Object.entries(listGivenVariables(gitHost)).flatMap(([name, value]) =>
    value === undefined || (!replaceKey && gitHostSecrets.includes(name)) ? [] : [name],
  );
  const stored = await ensureVariables(installer, set, listGitHostVariables(gitHost, syncEnvironmentId), replaced);
  return { set, stored };
}

/** The key that the management steps use on this server, in the set This Instance. */
export const keyVariable = "ThisInstance.Api.Key";

/** The key by which receipts tell secrets apart, in the set This Instance. */
export const receiptKeyVariable = "ManagedSpaces.Receipt.Key";

/** What a copy is called, in the set Export Options. */
export const downstreamNameVariable = "Exported.Project.Name";

/** What a run may be told: the name of the copy. */
export const downstreamNamePrompt: JsonObject = {
  Label: "Project name downstream",
  Description: "The name that the project gets in the managed space.",
  Required: false,
  DisplaySettings: { "Octopus.ControlType": "SingleLineText" },
};

/** A variable that asks what becomes of conflicts, for a run for one tenant: a form would say it to all of them. */
export const decisionsQuestion: JsonObject = {
  Name: decisionsVariable,
  Value: "",
  Type: "String",
  Prompt: {
    Label: "Decisions",
    Description:
      "What becomes of conflicts in the managed space: the lines that a preview makes, which Find Updates leaves among its artifacts.",
    Required: false,
    DisplaySettings: { "Octopus.ControlType": "MultiLineText" },
  },
};

const serverTemplates: JsonObject[] = [
  template(
    "ManagedTenant.Octopus.Url",
    "Octopus Server URL",
    "Address of the instance with this tenant's space.",
    "SingleLineText",
    "",
  ),
  template("ManagedTenant.Octopus.ApiKey", "Octopus API Key", "A key for that instance.", "Sensitive", ""),
  template(
    "ManagedTenant.Octopus.ServiceAccountId",
    "Octopus Service Account ID",
    "Id of a service account on that instance to sign in as, instead of the key (docs/openid-connect.md).",
    "SingleLineText",
    "",
  ),
  template(
    "ManagedTenant.Octopus.SpaceId",
    "Octopus Space ID",
    "Id of the space. __ Create Client Space sets it.",
    "SingleLineText",
    "Unknown",
  ),
  template(
    mappingVariable,
    "Mapping",
    "What becomes of names, scopes and values on the way into that space, in YAML (docs/instance-per-environment.md). Blank for packages as they are.",
    "MultiLineText",
    "",
  ),
  template(
    ownChangesVariable,
    "Own Changes",
    "What that space has of its own in copies by decision, a line each, such as `Smoke test › time limit`: the fleet report no longer tells it as something that many changed alike.",
    "MultiLineText",
    "",
  ),
];

function template(name: string, label: string, help: string, control: string, value: string): JsonObject {
  return {
    Name: name,
    Label: label,
    HelpText: help,
    DefaultValue: value,
    DisplaySettings: { "Octopus.ControlType": control },
  };
}

/** The receipt key turns secrets into fingerprints that nobody can guess from a receipt; it is made once and never replaced. */
function instanceVariables(options: VariableSetsOptions): JsonObject[] {
  const Scope = { Environment: [options.syncEnvironmentId] };
  return [
    { Name: "ThisInstance.Server.Url", Value: options.instanceUrl ?? options.serverUrl, Type: "String", Scope },
    // Whoever has a service account does so to have no key lie about.
    ...(options.serviceAccount.serviceAccountId === undefined
      ? [{ Name: keyVariable, Value: options.stepsKey, Type: "Sensitive", IsSensitive: true, Scope }]
      : []),
    ...listSignInVariables(options.serviceAccount, options.syncEnvironmentId),
    {
      Name: receiptKeyVariable,
      Value: randomBytes(32).toString("base64url"),
      Type: "Sensitive",
      IsSensitive: true,
      Scope,
    },
  ];
}

interface WantedSet {
  name: string;
  description: string;
  templates: JsonObject[];
}

/** The set of that name, with variable templates that are missing. */
export async function ensureSet(
  installer: Installer,
  { name, description, templates }: WantedSet,
): Promise<OctopusDocument> {
  return installer.ensure({
    label: "library variable set",
    collection: "libraryvariablesets",
    name,
    create: { Description: description, ContentType: "Variables", Templates: templates },
    update(current): JsonObject {
      const present = objectsOf(current, "Templates");
      const missing = templates.filter(
        (wanted) => !present.some((existing) => isSameName(textOf(existing, "Name"), textOf(wanted, "Name"))),
      );
      return missing.length === 0 ? {} : { Templates: [...present, ...missing] };
    },
  });
}

/**
 * Adds the variables that are missing; what people changed stays, but for those named in `replace`.
 * @returns the names of those that were given a value
 */
export async function ensureVariables(
  installer: Installer,
  set: OctopusDocument,
  wanted: JsonObject[],
  replace: string[],
): Promise<string[]> {
  const variableSet = await readVariables(installer.space, set);
  const present = objectsOf(variableSet, "Variables");
  const named = (name: string) => (variable: JsonObject) => isSameName(textOf(variable, "Name"), name);
  const missing = wanted.filter((variable) => !present.some(named(textOf(variable, "Name"))));
  const isStored = (variable: JsonObject): boolean =>
    present.some((one) => named(textOf(variable, "Name"))(one) && one["Value"] === variable["Value"]);
  const replaced = wanted.filter(
    (variable) => replace.includes(textOf(variable, "Name")) && !missing.includes(variable) && !isStored(variable),
  );
  const names = [...missing, ...replaced].map((variable) => textOf(variable, "Name"));
  if (names.length === 0) return [];
  const kept = present.map((variable) => {
    const newer = replaced.find(named(textOf(variable, "Name")));
    return newer === undefined ? variable : { ...variable, Value: newer["Value"] ?? null };
  });
  await installer.change(
    {
      verb: missing.length === 0 ? "update" : "create",
      what: `the variables ${names.join(", ")} in "${textOf(set, "Name")}"`,
    },
    () =>
      installer.space.put(`/variables/${textOf(set, "VariableSetId")}`, {
        ...variableSet,
        Variables: [...kept, ...missing.map(withDefaults)],
      }),
  );
  return names;
}

/** The variables of a set; none where only a real run would make it. */
export async function readVariables(space: OctopusSpace, set: OctopusDocument): Promise<OctopusDocument> {
  if (set.Id === idToBe) return { Id: idToBe, Variables: [] };
  return space.get(`/variables/${textOf(set, "VariableSetId")}`);
}

function withDefaults(variable: JsonObject): JsonObject {
  return { Description: "", IsEditable: true, IsSensitive: false, Prompt: null, Scope: {}, ...variable };
}
