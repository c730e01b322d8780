import type { JsonObject } from "../../lib/model/json.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import type { OctopusServerOptions } from "../octopus-server/octopus-server.ts";

type Uncarried = Readonly<Record<string, string>>;

/** What one kind is tried with: resources of it, with awkward names and every field that its form in the portal has. */
export interface KindStory {
  /** Id of the kind in `lib/resources`. */
  kind: string;
  /** What tells this story from others of the kind: `AWS, by OIDC`. */
  what: string;
  /** Makes them, and what they refer to. */
  seed(space: OctopusSpace): Promise<void>;
  /** Makes what both spaces have before, since it is looked up and does not come along. */
  prepare?(space: OctopusSpace): Promise<void>;
  /** Fields with what somebody makes of them in the other space, which the next run takes back. */
  edit?: JsonObject;
  /** For a server that has what the story is about. */
  server?: OctopusServerOptions;
  /** Fields of the API's resource that it does not carry, by name, with why. */
  uncarried?: Uncarried;
  /** Kinds of what comes along with it, whose fields it tries as well, with those that these do not carry. */
  also?: Readonly<Record<string, Uncarried>>;
}

/** A name that nothing may trip over; Octopus keeps no spaces at the ends. */
export function awkward(what: string): string {
  return `${what} / "ünï" 🐙 #{x} [1]`;
}

/** What every secret of a story has in it, and nothing that leaves the space. */
export const sentinel = "SENTINEL";

export function secret(what: string): { HasValue: true; NewValue: string } {
  return { HasValue: true, NewValue: `${sentinel} ${what}` };
}
