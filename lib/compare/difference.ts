import type { JsonValue } from "../model/json.ts";

/** One place where the space is not, or was not, as the template says; values are in graph form, so that no secret is among them. */
export interface Difference {
  /** Field names and item names. */
  path: string[];
  /** The same in every run, however items are called by then. */
  place: string;
  what: "changed" | "added" | "removed" | "reordered";
  template?: JsonValue | undefined;
  space?: JsonValue | undefined;
  base?: JsonValue | undefined;
}

export interface KeptDifference extends Omit<Difference, "what"> {
  /**
   * `blocked`: it stays away since people removed what it refers to. `taken`: the space's own has its name. `used`: the template has
   * it no more, and something of the space's own uses it.
   */
  what: Difference["what"] | "blocked" | "taken" | "used";
  /** Whether upstream changed it too since it was settled, or nobody knows. It stays one until both agree. */
  isConflict: boolean;
  /** Set where people decided that it stays as it is, although upstream changed it too: no conflict, as long as no side changes again. */
  isDecided?: true;
  /** What the three sides of a conflict have, for a decision about it: digests, in which nothing of a secret is. */
  seen?: string;
  /** Whether it is a value of a field of which nobody ever said anything: a person's, or that of an engine with words of its own. */
  isUnsaid?: true;
  /** Of an item that people added to a list whose order means something: the name of the one before it, "" for none, and whether none comes after. */
  position?: { after: string; isLast: boolean };
  /** Set where nobody knows what the template had, which is another thing than that it had nothing. */
  isBaseUnknown?: boolean;
}
