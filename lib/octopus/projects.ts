import { textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "./octopus-client.ts";
import { isSameName } from "./same-name.ts";

/** The project of exactly this name; its letters' case does not count, as on the server. */
export async function findProjectByName(space: OctopusSpace, name: string): Promise<OctopusDocument | undefined> {
  const candidates = await space.list("/projects", { partialName: name });
  return candidates.find((project) => isSameName(textOf(project, "Name"), name));
}
