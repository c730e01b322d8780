import { packageIdOf } from "../octopus/package-id.ts";
import { findProjectByName } from "../octopus/projects.ts";
import { isSameName } from "../octopus/same-name.ts";
import { textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { listInBatches } from "../resources/resource-kind.ts";
import { ConflictError, NotFoundError, ParameterError } from "../step/errors.ts";
import { splitCredentials } from "../git/git-credentials.ts";
import {
  findProjectRepository,
  openAllCopies,
  openCopies,
  type Copy,
  type OpenCopies,
  type ProjectRepository,
} from "./find-copies.ts";
import type { Spaces } from "./open-spaces.ts";

interface CopyInput {
  copy?: string | undefined;
}

export interface OpenTemplateInput extends CopyInput {
  project: string;
}

export interface OpenOriginsInput extends CopyInput {
  project: string | undefined;
  /** Whether the copies of that project are looked at, or all that the space has. */
  copies: "template" | "all";
}

/** What copies were made of. */
export interface CopyOrigin {
  name: string;
  /** Whose built-in feed has the packages. */
  space: OctopusSpace;
  packageId: string;
  /** Absent for what is not in Git. */
  repository: ProjectRepository | undefined;
}

/** A managed space, and the copies there of one origin. */
export interface OpenTemplate extends OpenCopies, Pick<Spaces, "managed" | "countRequests"> {
  template: CopyOrigin;
}

/** What is looked at in a managed space, by what it was made of. */
export interface OpenOrigins extends Pick<OpenTemplate, "managed" | "countRequests"> {
  origins: OpenTemplate[];
  /** For sentences: `of "Hello World"`; "" when all copies are looked at. */
  scope: string;
}

/** @throws {@link NotFoundError} when there is no such project, or no copy of the name asked for */
export async function openTemplate(spaces: Spaces, input: OpenTemplateInput): Promise<OpenTemplate> {
  const project = await getProject(spaces.management, input.project);
  const opened = await openCopies(spaces.managed, { project, space: spaces.management });
  return toOpen(spaces, toOrigin(spaces.management, project), pickCopies(opened, input, spaces));
}

/**
 * The copies of a project, or all that the space has: of projects, of spaces and selections of what they have, of runbooks, of baselines.
 * @throws {@link NotFoundError} when there is no such project, or no copy of the name asked for
 */
export async function openOrigins(spaces: Spaces, input: OpenOriginsInput): Promise<OpenOrigins> {
  if (input.copies === "all") return openAll(spaces, input);
  if (input.project === undefined)
    throw new ParameterError('There is no "Template Project". Enter its name, or look at all copies of the space.');
  const open = await openTemplate(spaces, { ...input, project: input.project });
  return { ...open, origins: [open], scope: ` of "${open.template.name}"` };
}

async function openAll(spaces: Spaces, input: OpenOriginsInput): Promise<OpenOrigins> {
  const { copies, ...opened } = pickCopies(await openAllCopies(spaces.managed), input, spaces);
  const templates = await listTemplates(copies, spaces.management);
  const groups = new Map<string, { origin: CopyOrigin; copies: Copy[] }>();
  for (const copy of copies) {
    const key = templateIdOf(copy, spaces.management) ?? copy.origin;
    const { origin, copies: known } = groups.get(key) ?? {
      origin: findOrigin(copy, spaces.management, templates),
      copies: [],
    };
    groups.set(key, { origin, copies: [...known, copy] });
  }
  const origins = [...groups.values()].map((group) =>
    toOpen(spaces, group.origin, { ...opened, copies: group.copies }),
  );
  return { ...spaces, origins, scope: "" };
}

/** Of a copy that was made of a project of the management space. */
function templateIdOf({ receipt }: Copy, management: OctopusSpace): string | undefined {
  const { upstream, root } = receipt;
  return root === undefined && upstream?.["spaceId"] === management.id ? upstream["projectId"] : undefined;
}

/** With one request for all of them. */
async function listTemplates(
  copies: readonly Copy[],
  management: OctopusSpace,
): Promise<ReadonlyMap<string, OctopusDocument>> {
  const ids = new Set(copies.flatMap((copy) => templateIdOf(copy, management) ?? []));
  const projects = await listInBatches([...ids], (batch) => management.list("/projects", { ids: batch }));
  return new Map(projects.map((project) => [project.Id, project]));
}

/** A template that was deleted, or that is another space's, still may have packages here. */
function findOrigin(copy: Copy, space: OctopusSpace, templates: ReadonlyMap<string, OctopusDocument>): CopyOrigin {
  const project = templates.get(templateIdOf(copy, space) ?? "");
  return project === undefined
    ? { name: copy.origin, space, packageId: copy.receipt.package, repository: undefined }
    : toOrigin(space, project);
}

function toOrigin(space: OctopusSpace, project: OctopusDocument): CopyOrigin {
  const name = textOf(project, "Name");
  return { name, space, packageId: packageIdOf(name), repository: findProjectRepository(project) };
}

function toOpen({ managed, countRequests }: Spaces, template: CopyOrigin, opened: OpenCopies): OpenTemplate {
  return { template, managed, countRequests, ...opened };
}

function pickCopies(opened: OpenCopies, { copy }: CopyInput, { managed }: Spaces): OpenCopies {
  return copy === undefined ? opened : { ...opened, copies: [getCopy(opened, copy, managed)] };
}

/** The template's repository as it may be shown; "" for a template in the database. */
export function getTemplateUrl({ template }: OpenTemplate): string {
  return template.repository === undefined ? "" : splitCredentials(template.repository.url).url;
}

async function getProject(space: OctopusSpace, name: string): Promise<OctopusDocument> {
  const project = await findProjectByName(space, name);
  if (project !== undefined) return project;
  throw new NotFoundError(
    `The space "${space.name}" has no project "${name}", or the user of the API key may not see it. Check "Template Project".`,
  );
}

function getCopy({ copies }: OpenCopies, name: string, managed: OctopusSpace): OpenCopies["copies"][number] {
  const [copy, other] = copies.filter((candidate) => isSameName(candidate.name, name));
  if (copy !== undefined && other === undefined) return copy;
  const names = copies.map((candidate) => `"${candidate.name}"`).join(", ");
  if (other !== undefined)
    throw new ConflictError(
      `The space "${managed.name}" has several copies "${name}": ${copies
        .filter((candidate) => isSameName(candidate.name, name))
        .map(({ origin, isDeleted }) => `one of the ${origin}${isDeleted ? ", which was deleted" : ""}`)
        .join("; ")}. Leave "Copy" blank.`,
    );
  throw new NotFoundError(
    `The space "${managed.name}" has no copy "${name}": ${names === "" ? "it has none at all" : `it has ${names}`}. Check "Copy".`,
  );
}
