import type { GraphNode, Target } from "../../model/graph.ts";
import type { TerraformModule } from "../module.ts";

/** The project that a resource belongs to, which its key begins with. */
export function projectOf({ key }: Target): Target {
  return { kind: "project", key: key.slice(0, 1) };
}

/** What the project of a resource has of a kind that it has one of, as far as it is in the module. */
export function findOfProject(kind: string, { key }: Target, module: TerraformModule): GraphNode | undefined {
  return module.ofProject(key[0] ?? "").find((node) => node.kind === kind);
}
