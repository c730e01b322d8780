import { createHash } from "node:crypto";

/**
 * A name as part of a Terraform name, by the rule that octoterra made known: lower case, one underscore for every other character,
 * an underscore before a leading digit.
 */
export function toLabel(name: string): string {
  const label = name.toLowerCase().replace(/[^a-z0-9]/gu, "_");
  return /^[a-z_]/.test(label) ? label : `_${label}`;
}

/** Parts are made labels one by one, then joined. */
export function joinLabels(...names: readonly string[]): string {
  return names.map(toLabel).join("_");
}

/** Gives out names, each once. */
export interface NameRegistry {
  /**
   * @param family - names are told apart within it: a resource type, `variable`, `file`
   * @param identity - what the name is for, exactly; a second one that sanitizes alike gets a suffix made of it
   */
  claim(family: string, wanted: string, identity: string): string;
}

/**
 * Names are names of files, too, which take 255 bytes, and two names of 200 characters make one of 400. A project's own variable,
 * which others rely on, stays whole: 213 characters at most.
 */
const longest = 220;

function shorten(name: string, identity: string): string {
  return name.length <= longest ? name : `${name.slice(0, longest - 13)}_${digest(identity, 12)}`;
}

/** The start of the text's digest. */
export function digest(identity: string, length: number): string {
  return createHash("sha256").update(identity).digest("hex").slice(0, length);
}

/** An empty registry, for one module. */
export function createNameRegistry(): NameRegistry {
  const taken = new Map<string, string>();
  return {
    claim(family, wanted, identity) {
      const short = shorten(wanted, identity);
      for (let length = 0; ; length += 6) {
        const name = length === 0 ? short : `${short}_${digest(identity, length)}`;
        const owner = taken.get(`${family} ${name}`);
        if (owner !== undefined && owner !== identity) continue;
        taken.set(`${family} ${name}`, identity);
        return name;
      }
    },
  };
}
