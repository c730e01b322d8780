import type { OctopusDocument, OctopusSpace } from "./octopus-client.ts";

/** So many versions are looked at, the newest first. */
const longestHistory = 30;

/**
 * The newest version of a step template that holds what is wanted; versions count from 0, and each is read only when it is its turn.
 * @param newest - the step template as it is now
 * @returns the document of that version, with the step template's own id
 */
export async function findStepTemplateVersion(
  space: OctopusSpace,
  newest: OctopusDocument,
  isWanted: (document: OctopusDocument) => Promise<boolean>,
): Promise<OctopusDocument | undefined> {
  const latest = Number(newest["Version"]);
  for (let version = latest; version >= Math.max(0, latest - longestHistory + 1); version -= 1) {
    const document =
      version === latest ? newest : await space.find(`/actiontemplates/${newest.Id}/versions/${version}`);
    if (document !== undefined && (await isWanted(document))) return { ...document, Id: newest.Id };
  }
  return undefined;
}
