import type { Remark, ResourceGraph } from "../graph/graph.ts";

export function writeTerraformModule(_graph: ResourceGraph, _options: { backend: string | undefined }): { files: Map<string, string>; remarks: Remark[] } {
  return { files: new Map(), remarks: [] };
}
