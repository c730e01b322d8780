import { recordTerraformCopy, type CommitSearch } from "../copies/record-terraform-copy.ts";
import type { RecordedCopy } from "../deployment/record-copy.ts";
import { placeRunbook } from "../deployment/place-runbook.ts";
import type { Manifest } from "../graph/manifest.ts";
import { forEachSecret } from "../model/graph.ts";
import { textOf } from "../model/json.ts";
import type { OctopusClient, OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { packageIdOf } from "../octopus/package-id.ts";
import { toServerUrl } from "../octopus/server-url.ts";
import { openSpace } from "../octopus/spaces.ts";
import { ConflictError, NotFoundError } from "../step/errors.ts";
import type { StateResource } from "../terraform/read-state.ts";
import { chooseCopy, isMadeOf, listMade, listMadeTemplates, listOfKind, type NamedState } from "./choose-copy.ts";
import { openFeedPackage, openPackageFile, type OpenPackage } from "./open-package.ts";
import { findTenantSpace, type TenantSpace } from "./tenant-space.ts";

export interface AdoptOptions {
  state: NamedState;
  management: OctopusSpace;
  /** Name of the tenant whose space has the copy. */
  tenant: string;
  /** Which of several in the state it is, by its name there. */
  copy: string | undefined;
  /** Id of a package in the feed, or a file; by default the one of the template. */
  package: string | undefined;
  packageVersion: string | undefined;
  /** Whether the state may call the server otherwise than the tenant does. */
  anyAddress: boolean;
  /** What differs from the package is what Terraform made of it, and nobody's change. */
  asApplied: boolean;
  /** The server of the tenant's space. */
  connect: (where: TenantSpace) => OctopusClient;
  git: CommitSearch;
  onlyPlan: boolean;
}

export interface Adopted extends RecordedCopy {
  /** Begins sentences: `The project "Hello World" (Projects-42) of the space "America"`. */
  copy: string;
  packageName: string;
  /** How many secrets the package has: which values the copy has of them is not known here. */
  secrets: number;
}

/**
 * Writes the receipt of a copy that Terraform made, as its state tells, into the space of a tenant.
 * @throws {@link NotFoundError} and {@link ConflictError} when state, tenant and package do not belong together
 */
export async function adopt(options: AdoptOptions): Promise<Adopted> {
  const { state, management } = options;
  const where = await findTenantSpace(management, options.tenant);
  const packed = await openPackage(options);
  refuseOtherServer(options, where);
  const space = await openSpace(options.connect(where), where.spaceId);
  const { manifest, projectId, projectName, copy } = await locate(options, { manifest: packed.manifest, space, where });
  const recorded = await recordTerraformCopy({
    manifest,
    version: packed.version,
    space,
    projectId,
    projectName,
    made: listMade(state, manifest),
    madeTemplates: listMadeTemplates(state, manifest),
    differences: options.asApplied ? "engine's" : "open",
    readSecret: () => undefined,
    receiptKey: undefined,
    onlyPlan: options.onlyPlan,
    git: options.git,
  });
  return {
    ...recorded,
    copy,
    packageName: `${manifest.package.id}.${packed.version}`,
    secrets: countSecrets(manifest),
  };
}

/** Those that a deployment sends. */
function countSecrets({ graph }: Manifest): number {
  let count = 0;
  for (const { body } of graph.nodes)
    forEachSecret(body, ({ $secret: { isKept, unresolvable } }) => {
      if (isKept !== true && unresolvable === undefined) count += 1;
    });
  return count;
}

function openPackage(options: AdoptOptions): Promise<OpenPackage> {
  const { package: given, packageVersion, management } = options;
  if (given !== undefined && /\.zip$/i.test(given)) return Promise.resolve(openPackageFile(given));
  if (given !== undefined) return openFeedPackage(management, given, packageVersion);
  return openTemplatePackage(options);
}

/** That of the template of which the state's project is a copy. */
async function openTemplatePackage({ state, management, copy, packageVersion }: AdoptOptions): Promise<OpenPackage> {
  const own = listOfKind(state, "project");
  if (own.length === 0)
    throw new NotFoundError(
      `The state "${state.source}" has no project. Give the state of the workspace in which Terraform made the copy; for the copy of a space or of a runbook, name its package with --package.`,
    );
  const templates = await management.list("/projects");
  const wanted = copy === undefined ? own : [chooseCopy(state, { kind: "project", key: [copy] }, copy)];
  const found = templates.filter((template) => wanted.some((one) => isMadeOf(one, toTarget(template))));
  const [only, another] = found;
  if (only !== undefined && another === undefined)
    return openFeedPackage(management, packageIdOf(textOf(only, "Name")), packageVersion);
  const names = wanted.map(({ name, id }) => `"${name}" (${id})`).join(", ");
  if (only === undefined)
    throw new NotFoundError(
      `The space "${management.name}" has no template of which the state's ${wanted.length === 1 ? "project is" : "projects are"} a copy: ${names}. Name the package of the template with --package.`,
    );
  throw new ConflictError(
    `The state "${state.source}" has several projects, copies of ${found.map((one) => `"${textOf(one, "Name")}"`).join(", ")}: ${names}. Say which to adopt with --copy; for the copy of a space, name its package with --package.`,
  );
}

function toTarget(template: OctopusDocument): { kind: string; key: string[] } {
  return { kind: "project", key: [textOf(template, "Name")] };
}

/** Ids say nothing on another server: each has a Projects-1. */
function refuseOtherServer({ state, anyAddress }: AdoptOptions, { tenant, url }: TenantSpace): void {
  if (anyAddress || state.server === "" || toServerUrl(state.server) === toServerUrl(url)) return;
  throw new ConflictError(
    `The state "${state.source}" is of the server ${toServerUrl(state.server)}, and the space of the tenant "${tenant}" is at ${toServerUrl(url)}. Choose the tenant that the copy is for; where both are one server, use --any-address.`,
  );
}

interface Located {
  /** The package as it is for this copy. */
  manifest: Manifest;
  projectId: string | undefined;
  projectName: string;
  copy: string;
}

interface Place {
  manifest: Manifest;
  space: OctopusSpace;
  where: TenantSpace;
}

async function locate(options: AdoptOptions, place: Place): Promise<Located> {
  const { manifest, space } = place;
  const { root } = manifest;
  if (root.kind !== "project" && root.kind !== "runbook") {
    refuseEmpty(options);
    for (const resource of options.state.resources) refuseOtherSpace(options, place, resource);
    return { manifest, projectId: undefined, projectName: "", copy: `The content of the space "${space.name}"` };
  }
  const resource = chooseCopy(options.state, root, options.copy);
  refuseOtherSpace(options, place, resource);
  const document = await findDocument(options, place, resource);
  const name = textOf(document, "Name");
  const copy = `The ${root.kind} "${name}" (${document.Id}) of the space "${space.name}"`;
  if (root.kind === "project") return { manifest, projectId: document.Id, projectName: name, copy };
  const owner = await space.get(`/projects/${encodeURIComponent(textOf(document, "ProjectId"))}`);
  const placed = placeRunbook(manifest, { project: textOf(owner, "Name"), runbook: name });
  return { manifest: placed, projectId: undefined, projectName: "", copy };
}

/** A workspace that makes the space alone says nothing of what is in it. */
function refuseEmpty({ state }: AdoptOptions): void {
  if (state.resources.some(({ type }) => type !== "octopusdeploy_space")) return;
  throw new NotFoundError(
    `The state "${state.source}" has nothing that is in a space. Give the state of the workspace that filled the space, such as that of space_population.`,
  );
}

function refuseOtherSpace(
  { state }: AdoptOptions,
  { space, where }: Place,
  { type, name, id, spaceId: own }: StateResource,
): void {
  const spaceId = own === "" ? state.spaceId : own;
  if (spaceId === "" || spaceId === space.id) return;
  const what = `${type.replace("octopusdeploy_", "").replaceAll("_", " ")} "${name === "" ? id : name}"`;
  throw new ConflictError(
    `The ${what} of the state "${state.source}" is in the space ${spaceId}, and the tenant "${where.tenant}" stands for "${space.name}" (${space.id}). Choose the tenant that stands for that space.`,
  );
}

async function findDocument(
  { state }: AdoptOptions,
  { space, manifest: { root } }: Place,
  { id, name }: StateResource,
): Promise<OctopusDocument> {
  const document = id === "" ? undefined : await space.find(`/${root.kind}s/${encodeURIComponent(id)}`);
  if (document !== undefined) return document;
  throw new NotFoundError(
    `The ${root.kind} "${name}" (${id}) of the state "${state.source}" is no longer in the space "${space.name}", or hidden from the user of the API key. Apply the module again if it is to be there, or take it out of the state.`,
  );
}
