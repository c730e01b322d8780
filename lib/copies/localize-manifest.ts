import {
  forEachReference,
  isReference,
  reference,
  targetId,
  type GraphNode,
  type LookUp,
  type Target,
} from "../model/graph.ts";
import type { ProjectManifest } from "../graph/manifest.ts";
import { isJsonObject, textOf, type JsonObject } from "../model/json.ts";
import { gitCredential } from "../resources/git-credential.ts";
import { gitHubConnection } from "../resources/github-connection.ts";
import { versionControl } from "../resources/version-control.ts";
import { ParameterError } from "../step/errors.ts";

export interface Repository {
  /** Without credentials. */
  url: string;
  defaultBranch: string;
  basePath: string;
}

/** Where the package's project has its files; undefined for a project in the database. */
export function findTemplateRepository({ graph }: ProjectManifest): Repository | undefined {
  const settings = graph.nodes.find(isVersionControl)?.body;
  if (settings === undefined) return undefined;
  return {
    url: textOf(settings, "Url"),
    defaultBranch: textOf(settings, "DefaultBranch"),
    basePath: textOf(settings, "BasePath"),
  };
}

export interface LocalizeOptions {
  /** The copy's own repository. */
  url: string;
  /** Where the copy has its files there. */
  basePath: string;
  /** Name of a Git credential of the managed space; by default the one that the template uses in its own. */
  credential: string | undefined;
}

/**
 * The package for one copy: pointing to its repository, with a credential of its space.
 * @throws {@link ParameterError} when the template uses credentials that cannot go to another space
 */
export function localizeManifest(
  manifest: ProjectManifest,
  { url, basePath, credential }: LocalizeOptions,
): ProjectManifest {
  return pointTo(manifest, ({ body }) => ({
    ...body,
    Url: url,
    BasePath: basePath,
    Credentials: toCredentials(body, credential),
  }));
}

/** The package for a copy that is there already: which credentials it has is its space's matter. */
export function localizeAsItIs(
  manifest: ProjectManifest,
  { url, basePath }: Pick<LocalizeOptions, "url" | "basePath">,
): ProjectManifest {
  return pointTo(manifest, ({ body: { Credentials: _credentials, ...body } }) => ({
    ...body,
    Url: url,
    BasePath: basePath,
  }));
}

function pointTo(manifest: ProjectManifest, toBody: (node: GraphNode) => JsonObject): ProjectManifest {
  const nodes = manifest.graph.nodes.map((node) => (isVersionControl(node) ? { ...node, body: toBody(node) } : node));
  return { ...manifest, graph: { ...manifest.graph, nodes, lookUps: toLookUps(manifest, nodes) } };
}

function isVersionControl({ kind }: GraphNode): boolean {
  return kind === versionControl.id;
}

function toCredentials(body: JsonObject, name: string | undefined): JsonObject {
  if (name !== undefined) return { Type: "Reference", CredentialId: reference(gitCredential.id, [name]) };
  const own = isJsonObject(body["Credentials"]) ? body["Credentials"] : { Type: "Anonymous" };
  if (isReference(own["CredentialId"]) || textOf(own, "Type") === "Anonymous") return own;
  throw new ParameterError(
    'The template uses credentials of its own for its repository, which no package holds. Enter the name of a Git credential of the managed space as "Git Credential".',
  );
}

/** The template's own credential is no longer needed where another one is named. */
function toLookUps({ graph }: ProjectManifest, nodes: readonly GraphNode[]): LookUp[] {
  const needed = new Map<string, LookUp>();
  for (const { body } of nodes)
    forEachReference(body, (target) => {
      if (isCredential(target)) needed.set(targetId(target), target);
    });
  return [...graph.lookUps.filter((lookUp) => !isCredential(lookUp)), ...needed.values()];
}

function isCredential({ kind }: Target): boolean {
  return [gitCredential.id, gitHubConnection.id].includes(kind);
}
