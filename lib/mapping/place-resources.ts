import type { Manifest } from "../graph/manifest.ts";
import type { Remark, ResourceGraph } from "../model/graph.ts";
import { keepWay } from "./keep-way.ts";
import type { KeptPlaces } from "./kept-mapping.ts";
import { placeGitProjects } from "./place-git-projects.ts";
import { placeMachines } from "./place-machines.ts";

/** The graph with what only one server or space may have at a time as one space is to have it, and what is to be said about it. */
export function placeInGraph(given: ResourceGraph, places: KeptPlaces): { graph: ResourceGraph; remarks: Remark[] } {
  const placed = placeMachines(given, places.machines, places);
  const { graph, remarks } = placeGitProjects(placed.graph, places.gitProjects);
  return { graph, remarks: [...placed.remarks, ...remarks] };
}

/** {@link placeInGraph} of a package, which is kept like a mapping: a later look at the copy does it again. */
export function placeResources<T extends Manifest>(given: T, places: KeptPlaces): { manifest: T; remarks: Remark[] } {
  const { graph, remarks } = placeInGraph(given.graph, places);
  if (isAsItIs(places)) return { manifest: { ...given, graph }, remarks };
  return { manifest: { ...given, graph, mapping: keepWay(given.mapping, places) }, remarks };
}

/** As Terraform brings a package, too: then there is nothing to do again. */
function isAsItIs({ machines, withPolling, gitProjects }: KeptPlaces): boolean {
  return machines === "asTheyAre" && withPolling && gitProjects === "sameRepository";
}
