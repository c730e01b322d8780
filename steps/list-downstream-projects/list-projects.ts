import type { Copy } from "../../lib/copies/find-copies.ts";
import { mapInParallel } from "../../lib/copies/map-in-parallel.ts";
import { copyUrlOf } from "../../lib/copies/render-updates.ts";
import { splitCredentials } from "../../lib/git/git-credentials.ts";
import { isJsonObject, objectsOf, textOf } from "../../lib/model/json.ts";
import { NotAllowedError } from "../../lib/step/errors.ts";
import type { StateProject } from "./read-terraform-state.ts";

/** One downstream project, as it is listed; what is not known is "". */
export interface DownstreamProject {
  space: string;
  spaceId: string;
  project: string;
  projectId: string;
  url: string;
  repository: string;
  branch: string;
  packageVersion: string;
  /** The template's commit whose contents the copy has. */
  commit: string;
  /** ISO 8601: of the newest entry in the audit trail. */
  lastChange: string;
  /** What tells of it: `receipt`, or `terraform` and the workspace. */
  source: string;
  isDeleted: boolean;
}

export async function listFromReceipts(copies: readonly Copy[]): Promise<DownstreamProject[]> {
  return mapInParallel(copies, { atATime: 4 }, async (copy) => ({
    space: copy.space.name,
    spaceId: copy.space.id,
    project: copy.name,
    projectId: copy.project?.Id ?? "",
    url: copyUrlOf(copy),
    repository: copy.repository === undefined ? "" : splitCredentials(copy.repository.url).url,
    branch: copy.repository?.defaultBranch ?? "",
    packageVersion: copy.receipt.version ?? "",
    commit: copy.receipt.upstream?.["commit"] ?? "",
    lastChange: await findLastChange(copy),
    source: "receipt",
    isDeleted: copy.isDeleted,
  }));
}

/** Those that no receipt tells of. */
export function listFromStates(
  states: readonly StateProject[],
  known: readonly DownstreamProject[],
): DownstreamProject[] {
  const isKnown = ({ spaceId, projectId }: StateProject): boolean =>
    known.some((project) => project.spaceId === spaceId && project.projectId === projectId);
  return states
    .filter((state) => !isKnown(state))
    .map(({ workspace, projectId, name, server, spaceId, space, repository }) => ({
      space: space === "" ? spaceId : space,
      spaceId,
      project: name,
      projectId,
      url: server === "" ? "" : `${server.replace(/\/+$/, "")}/app#/${spaceId}/projects/${projectId}`,
      repository,
      branch: "",
      packageVersion: "",
      commit: "",
      lastChange: "",
      source: `terraform ${workspace}`,
      isDeleted: false,
    }));
}

/** Not everybody may see the audit trail. */
async function findLastChange({ space, receipt }: Copy): Promise<string> {
  if (receipt.project === undefined) return "";
  try {
    const page = await space.getJson("/events", { regarding: receipt.project, skip: 0, take: 1 });
    const [event] = isJsonObject(page) ? objectsOf(page, "Items") : [];
    return event === undefined ? "" : textOf(event, "Occurred");
  } catch (error) {
    if (error instanceof NotAllowedError) return "";
    throw error;
  }
}
