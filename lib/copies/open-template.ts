import { isSameName } from "../octopus/same-name.ts";
import { textOf } from "../model/json.ts";
import {
  connect,
  connectToManagement,
  type InstanceInput,
  type ManagementInput,
  type Run,
} from "../octopus/connect.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { openSpace } from "../octopus/spaces.ts";
import { warnOfOldServers } from "../octopus/supported-servers.ts";
import type { StepLog } from "../step/define-step.ts";
import { ConflictError, NotFoundError } from "../step/errors.ts";
import { splitCredentials } from "../git/git-credentials.ts";
import {
  findProjectRepository,
  openCopies,
  type OpenCopies,
  type ProjectRepository,
  type Template,
} from "./find-copies.ts";

export interface OpenTemplateInput extends ManagementInput, InstanceInput {
  managementSpaceId: string;
  project: string;
  spaceId: string;
  copy?: string | undefined;
}

/** A template, a managed space, and the copies of the one in the other. */
export interface OpenTemplate extends OpenCopies {
  template: Template & { name: string; repository: ProjectRepository | undefined };
  managed: OctopusSpace;
  /** Requests sent so far, to both servers. */
  countRequests(): number;
}

/** @throws {@link NotFoundError} when there is no such project, or no copy of the name asked for */
export async function openTemplate(
  input: OpenTemplateInput,
  { log, mask, signal }: Run & { log: StepLog },
): Promise<OpenTemplate> {
  const management = connectToManagement(input, { log, mask, signal });
  const instance = connect(input, { log, mask, signal });
  const space = await openSpace(management, input.managementSpaceId);
  await warnOfOldServers([management, instance], log);
  const project = await getProject(space, input.project);
  const managed = await openSpace(instance, input.spaceId);
  const { copies, receipts } = await openCopies(managed, { project, space });
  return {
    template: { project, space, name: textOf(project, "Name"), repository: findProjectRepository(project) },
    managed,
    receipts,
    copies: input.copy === undefined ? copies : [getCopy({ copies, receipts }, input.copy, managed)],
    countRequests: () => management.requestCount + instance.requestCount,
  };
}

/** The template's repository as it may be shown; "" for a template in the database. */
export function getTemplateUrl({ template }: OpenTemplate): string {
  return template.repository === undefined ? "" : splitCredentials(template.repository.url).url;
}

async function getProject(space: OctopusSpace, name: string): Promise<Template["project"]> {
  const candidates = await space.list("/projects", { partialName: name });
  const project = candidates.find((candidate) => isSameName(textOf(candidate, "Name"), name));
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
      `The space "${managed.name}" has several copies "${name}": a project of that name, and one that was deleted. Leave "Copy" blank.`,
    );
  throw new NotFoundError(
    `The space "${managed.name}" has no copy "${name}" of the template: ${names === "" ? "it has none at all" : `it has ${names}`}. Check "Copy".`,
  );
}
