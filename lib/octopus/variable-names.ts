import type { OctopusSpace } from "./octopus-client.ts";

/**
 * The names of the variables that runs of the project have: its own, and those of the variable sets that it includes
 * (`GET /variables/names` of the API reference).
 */
export async function listVariableNames(space: OctopusSpace, projectId: string): Promise<string[]> {
  const names = await space.getJson("/variables/names", { project: projectId });
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}
