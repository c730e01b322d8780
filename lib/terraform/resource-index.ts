import * as z from "zod/mini";
import { parseJson } from "../model/json.ts";
import type { GraphNode } from "../model/graph.ts";
import type { HclBlock } from "./hcl.ts";

/** Which resource of a module is what of its package: without a state, nobody else knows that. */
export interface IndexedResource {
  /** `octopusdeploy_project.project_hello_world`. */
  address: string;
  kind: string;
  key: string[];
  /** What tells it from others of the same kind and key: of a process the step and the action, of variables the name and the scope. */
  part?: string[] | undefined;
}

/** Where packages have it. */
export const resourceIndexPath = "space_population/resources.json";

const Index = z.array(
  z.object({ address: z.string(), kind: z.string(), key: z.array(z.string()), part: z.optional(z.array(z.string())) }),
);

/** The resources among the blocks that a node became. */
export function indexResources({ kind, key }: GraphNode, blocks: readonly HclBlock[]): IndexedResource[] {
  return blocks
    .filter(({ type }) => type === "resource")
    .map(({ labels = [], part }) => ({
      address: labels.join("."),
      kind,
      key: [...key],
      ...(part !== undefined && { part: [...part] }),
    }));
}

/** One resource a line, in the order of the module. */
export function renderResourceIndex(resources: readonly IndexedResource[]): string {
  return `[\n${resources.map((resource) => `  ${JSON.stringify(resource)}`).join(",\n")}\n]\n`;
}

/** @returns undefined for a text that is no index, as of a package that has none */
export function parseResourceIndex(text: string | undefined): IndexedResource[] | undefined {
  const index = Index.safeParse(text === undefined ? undefined : parseJson(text));
  return index.success ? index.data : undefined;
}
