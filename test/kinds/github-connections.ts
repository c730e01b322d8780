import { isJsonObject, objectOf, objectsOf, textOf } from "../../lib/model/json.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import type { OctopusServer } from "../octopus-server/octopus-server.ts";

/** Connects a space to two accounts at GitHub, to which people there have to agree. */
export function connectToGitHub({ model }: OctopusServer, space: OctopusSpace): void {
  for (const AccountLogin of ["contoso", "acme"])
    model.collection("githubconnections").add({ SpaceId: space.id, AccountLogin });
}

/** The id of a space's connection to an account. */
export async function findConnection(space: OctopusSpace, account: string): Promise<string> {
  const answer = await space.getJson("/github/connections", { skip: 0, take: 10 });
  const all = isJsonObject(answer) ? objectsOf(answer, "Connections") : [];
  return textOf(all.find((one) => objectOf(one, "Installation")["AccountLogin"] === account) ?? {}, "Id");
}
