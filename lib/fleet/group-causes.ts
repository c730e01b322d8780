import { sections } from "../baseline/sections/index.ts";
import { describeLookUp } from "../compare/find-look-ups.ts";
import type { Obstacle } from "../compare/obstacle.ts";
import { targetId, type LookUp } from "../model/graph.ts";
import { listHolders } from "../resources/holders.ts";
import { capitalize } from "../resources/describe-by-kind.ts";
import type { RehearsalCause } from "./rehearsal.ts";

/** Why one space is refused or could not be looked at, told so that the same elsewhere is known to be the same. */
export interface CopyCause {
  key: string;
  kind: RehearsalCause["kind"];
  text: string;
  mend: string;
}

/** What stands in the way of a plan, in words that fit all spaces. */
export function toCause({ text, lookUp, variables }: Obstacle, spaceName: string): CopyCause {
  if (lookUp !== undefined) return ofLookUp(lookUp);
  if (variables !== undefined) return ofVariables(variables);
  return ofText(text, { kind: "other", spaceName, mend: "Solve this in these spaces, and rehearse again." });
}

/** A failure, or a phrase of which nothing is known but its text. */
export function ofText(
  text: string,
  { kind, spaceName, mend }: Pick<CopyCause, "kind" | "mend"> & { spaceName: string },
): CopyCause {
  const general = generalize(text, spaceName);
  return {
    key: `${kind} ${general.replaceAll(/\b[A-Z][A-Za-z]+-\d+\b/g, "…")}`,
    kind,
    text: asSentence(general),
    mend,
  };
}

function asSentence(text: string): string {
  return capitalize(/[.!?]$/.test(text) ? text : `${text}.`);
}

/** What names one space alone would make each space a cause of its own. */
function generalize(text: string, spaceName: string): string {
  return spaceName === "" ? text : text.replaceAll(` "${spaceName}"`, "");
}

function ofLookUp(lookUp: LookUp): CopyCause {
  const what = describeLookUp(lookUp);
  const details = Object.entries(lookUp.details ?? {}).toSorted();
  return {
    key: `missing ${targetId({ kind: lookUp.kind, key: lookUp.key })} ${JSON.stringify(details)}`,
    kind: "missing",
    text: `lack ${what}`,
    mend: mendLookUp(lookUp, what),
  };
}

/** Where a baseline says it, that gives it to all of them at once. */
function mendLookUp(lookUp: LookUp, what: string): string {
  const candidates = [lookUp, ...listHolders(lookUp)];
  const [said] = candidates.flatMap((target) => {
    const section = sections.find(({ kind }) => kind === target.kind);
    return section === undefined ? [] : [{ key: section.key, name: target.key.at(-1) ?? "" }];
  });
  const other = "Or say in the mapping which of their own stands for it.";
  if (said === undefined) return `Make ${what} in these spaces, or leave out of the package what needs it.`;
  return `Add it to the baseline (\`${said.key}: [{ name: ${JSON.stringify(said.name)} }]\`) and run Populate Space for them. ${other}`;
}

function ofVariables(variables: readonly string[]): CopyCause {
  const names = variables.map((name) => `\`${name}\``).join(" or ");
  return {
    key: `secret ${JSON.stringify(variables)}`,
    kind: "secret",
    text: `have no value for the secret ${names}`,
    mend: `Give the variable ${names} a value: once for all in the project that deploys, or for each tenant in a variable template. Or deploy with "Missing Secrets" set to leave it without a value.`,
  };
}

/** Causes of all copies, that of most spaces first. */
export function groupCauses(
  all: readonly { space: string; tenant: string; causes: readonly CopyCause[] }[],
): RehearsalCause[] {
  const groups = new Map<string, RehearsalCause>();
  for (const { space, tenant, causes } of all)
    for (const { key, kind, text, mend } of causes) {
      const group = groups.get(key) ?? { kind, text, mend, spaces: [], tenants: [] };
      if (!group.tenants.includes(tenant)) {
        group.spaces.push(space);
        group.tenants.push(tenant);
      }
      groups.set(key, group);
    }
  return [...groups.values()].toSorted((a, b) => b.spaces.length - a.spaces.length || (a.text < b.text ? -1 : 1));
}

/** `12 spaces lack the environment "Staging"`, or the sentence and how many it is about. */
export function describeCause({ kind, text, spaces }: Pick<RehearsalCause, "kind" | "text" | "spaces">): string {
  const count = spaces.length;
  if (kind === "other" || kind === "unreachable") return count === 1 ? text : `${count} spaces: ${text}`;
  const said = count === 1 ? text.replace(/^lack /, "lacks ").replace(/^have /, "has ") : text;
  return `${count} ${count === 1 ? "space" : "spaces"} ${said}`;
}

/** The first names of many. */
export function listSome(names: readonly string[], most = 10): string {
  const rest = names.length - most;
  return rest > 1 ? `${names.slice(0, most).join(", ")} and ${rest} more` : names.join(", ");
}
