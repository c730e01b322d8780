import { isJsonObject, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { StepError } from "../step/errors.ts";
import { id, object, words } from "./field.ts";
import type { ResourceKind } from "./resource-kind.ts";

/** Where a project in Git has its files: the `PersistenceSettings` of the project, as a part of its own. */
export const versionControl: ResourceKind = {
  id: "versionControl",
  label: "version control settings",
  ownedBy: ["project"],
  isSingleton: true,
  isPartOf: isVersionControlled,
  list: async (_space, owner) => (owner === undefined ? [] : [toDocument(owner)]),
  update,
  nameOf: () => "",
  fields: {
    Url: words,
    DefaultBranch: words,
    BasePath: words,
    Credentials: object({ Username: words, CredentialId: id }),
  },
  insteadOfSecrets: "use a Git credential of the space",
  serverMade: ["ProjectId", "ConversionState"],
};

/** Whether it is where a project in Git has its files. */
export function isVersionControlSettings({ kind }: { kind: string }): boolean {
  return kind === versionControl.id;
}

/** Whether a project keeps its process in Git. */
export function isVersionControlled(project: JsonObject): boolean {
  return project["IsVersionControlled"] === true;
}

/** A credential's `Id`, or that of a connection to GitHub, is called `CredentialId` here: graphs have no `Id`. */
function toDocument(project: OctopusDocument): OctopusDocument {
  const settings = objectOf(project, "PersistenceSettings");
  const { Id: credential, ...credentials } = objectOf(settings, "Credentials");
  const own = ["Reference", "GitHub"].includes(textOf(credentials, "Type"))
    ? { ...credentials, CredentialId: credential ?? null }
    : credentials;
  return {
    ...settings,
    ...(Object.keys(own).length === 0 ? {} : { Credentials: own }),
    Id: `versioncontrol-${project.Id}`,
    ProjectId: project.Id,
  };
}

function toSettings(document: JsonObject): JsonObject {
  const { Id: _id, ProjectId: _project, ConversionState: _state, Links: _links, ...settings } = document;
  const { CredentialId: credential, ...credentials } = objectOf(settings, "Credentials");
  return { ...settings, Credentials: credential === undefined ? credentials : { ...credentials, Id: credential } };
}

function objectOf(document: JsonObject, field: string): JsonObject {
  const value = document[field];
  return isJsonObject(value) ? value : {};
}

/**
 * A project in the database is converted: files that the repository has already are taken as they are (Octopus's issue 7330). One in
 * Git is told its new settings.
 */
async function update(space: OctopusSpace, current: OctopusDocument, body: JsonObject): Promise<OctopusDocument> {
  const settings = toSettings(body);
  const projectId = textOf(current, "ProjectId");
  const project = await space.get(`/projects/${projectId}`);
  if (isVersionControlled(project)) {
    const wanted = { ...objectOf(project, "PersistenceSettings"), ...settings };
    return toDocument(
      await space.put(`/projects/${projectId}`, withoutVersioned({ ...project, PersistenceSettings: wanted })),
    );
  }
  if (textOf(settings, "Type") !== "VersionControlled")
    throw new StepError(`The project "${textOf(project, "Name")}" keeps its process in Octopus. It is left as it is.`);
  const conversion = {
    ProjectId: projectId,
    // Newer servers call it `ChangeDescription`.
    ChangeDescription: commitMessage,
    CommitMessage: commitMessage,
    VersionControlSettings: settings,
  };
  await space.post(`/projects/${projectId}/git/convert`, conversion, {}, conversionTime);
  return toDocument(await space.get(`/projects/${projectId}`));
}

/** The server clones the repository first, whose size nobody knows here, and commits and pushes before it answers. */
const conversionTime = 15 * 60_000;

/** Only seen where the repository has no files of the project yet. */
const commitMessage = "Initial commit of deployment process";

/** What a project in Git has in its files: Octopus refuses it in the project itself. */
export function withoutVersioned(project: JsonObject): JsonObject {
  const inFiles = [
    "DefaultGuidedFailureMode",
    "DeploymentChangesTemplate",
    "ReleaseNotesTemplate",
    "ProjectConnectivityPolicy",
    "VersioningStrategy",
  ];
  return Object.fromEntries(Object.entries(project).filter(([field]) => !inFiles.includes(field)));
}
