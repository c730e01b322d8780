import { textOf } from "../model/json.ts";
import { NotFoundError, ParameterError, UnavailableError } from "../step/errors.ts";
import type { OctopusClient, OctopusDocument, OctopusSpace } from "./octopus-client.ts";
import { isSameName } from "./same-name.ts";

/** Whether the text is the id of a space; anything else that stands where an id belongs is a placeholder. */
export function isSpaceId(text: string): boolean {
  return /^Spaces-\d+$/.test(text);
}

/** Whether nothing that stands for a space was entered yet. */
export function isPlaceholder(text: string): boolean {
  const entered = text.trim();
  return entered === "" || /^(unknown|none|tbd|todo|placeholder|change me)$/i.test(entered);
}

/** The space of exactly this name; its letters' case does not count, as on the server. */
export async function findSpaceByName(octopus: OctopusClient, name: string): Promise<OctopusDocument | undefined> {
  const candidates = await octopus.list("/spaces", { partialName: name });
  return candidates.find((space) => isSameName(textOf(space, "Name"), name));
}

/**
 * Opens the API of a space.
 * @param idOrName - `Spaces-42`, or a name
 * @throws {@link ParameterError} when a placeholder stands there still, {@link NotFoundError} when the server shows no such space
 */
export async function openSpace(octopus: OctopusClient, idOrName: string): Promise<OctopusSpace> {
  const wanted = idOrName.trim();
  if (isPlaceholder(wanted)) throw placeholder(wanted);
  const space = isSpaceId(wanted) ? await octopus.find(`/spaces/${wanted}`) : await findSpaceByName(octopus, wanted);
  if (space === undefined) throw await noSuchSpace(octopus, wanted);
  if (!isSpaceId(space.Id)) throw noOctopus(octopus);
  return octopus.inSpace({ Id: space.Id, Name: textOf(space, "Name") });
}

function placeholder(text: string): ParameterError {
  const shown = text === "" ? "empty" : `the placeholder "${text}"`;
  return new ParameterError(
    `The space id is still ${shown}. Run "__ Create Client Space" for this tenant first; it records the id in ManagedTenant.Octopus.SpaceId.`,
  );
}

/** A space that the user may not see answers 404 like one that does not exist. */
async function noSuchSpace(octopus: OctopusClient, wanted: string): Promise<NotFoundError | UnavailableError> {
  const user = await octopus.find("/users/me");
  if (user === undefined) return noOctopus(octopus);
  return new NotFoundError(
    `There is no space "${wanted}" at ${octopus.url}, or it is hidden from ${octopus.caller}, "${textOf(user, "Username")}". Check the id and the server URL, and that the user has the permission SpaceView there.`,
  );
}

/** Every Octopus Server knows the user of a key, and gives ids to spaces. */
function noOctopus({ url }: OctopusClient): UnavailableError {
  return new UnavailableError(
    `What answers at ${url} is no Octopus Server: it answers in JSON, and of something else. Check the server URL.`,
  );
}
