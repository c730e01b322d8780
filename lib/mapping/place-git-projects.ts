import { targetId, type Remark, type ResourceGraph } from "../model/graph.ts";
import { isVersionControlSettings } from "../resources/version-control.ts";
import { leaveTargets } from "./leave-targets.ts";

/** What becomes of projects that have their files in Git: a space has none of them, or one that has the same repository. */
export type GitProjectPlace = "leaveOut" | "sameRepository";

/**
 * The graph with its projects in Git as one space is to have them: with the original's repository two servers would commit to one
 * branch.
 * @returns also what is to be said about it
 */
export function placeGitProjects(
  graph: ResourceGraph,
  place: GitProjectPlace,
): { graph: ResourceGraph; remarks: Remark[] } {
  const projects = graph.nodes.flatMap((node) => (isVersionControlSettings(node) && node.owner ? [node.owner] : []));
  if (place === "sameRepository") return { graph, remarks: projects.map((about) => ({ about, text: whatIsShared })) };
  const placed = leaveTargets(graph, new Set(projects.map(targetId)));
  return { ...placed, remarks: [...projects.map((about) => ({ about, text: whyLeftOut })), ...placed.remarks] };
}

const whatIsShared =
  "has the same Git repository as the original, so that what either side commits is in the other, too";

const whyLeftOut =
  "left out: its files are in a Git repository, and a copy would commit to the same branches. Bring it as a project of its own, by Fork Repository and Deploy Project, or choose that it has the same repository";
