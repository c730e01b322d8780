import { groupCauses } from "../../../lib/fleet/group-causes.ts";
import { outcomes, type Rehearsal, type RehearsedCopy } from "../../../lib/fleet/rehearsal.ts";
import { nameOf } from "./hard-updates.ts";

/** A rehearsal in so many spaces, of which some of each kind, with names that pages must bear. */
export function rehearsalOf(number: number): Rehearsal {
  const copies = Array.from({ length: number }, (_, index) => copyOf(index)).toSorted(
    (a, b) => outcomes.indexOf(a.outcome) - outcomes.indexOf(b.outcome),
  );
  const having = (outcome: RehearsedCopy["outcome"]): number =>
    copies.filter((copy) => copy.outcome === outcome).length;
  return {
    format: 1,
    at: "2026-11-29T14:02:00.000Z",
    package: { id: "hello_world", version: "2026.11.29.1", kind: "project", name: nameOf(1) },
    management: { url: "https://octopus.example.com", spaceId: "Spaces-1", space: nameOf(2) },
    selection: "",
    counts: {
      copies: number,
      changed: having("changed"),
      unchanged: having("unchanged"),
      refused: having("refused"),
      unknown: having("unknown"),
      kept: copies.filter(({ kept }) => kept.length > 0).length,
      conflicts: copies.filter(({ conflicts }) => conflicts.length > 0).length,
    },
    causes: groupCauses(
      copies.flatMap(({ space, tenant, outcome }, index) =>
        outcome === "refused" || outcome === "unknown"
          ? [{ space, tenant: tenant.name, causes: [causeOf(outcome === "unknown" ? 3 : index % 3)] }]
          : [],
      ),
    ),
    copies,
    notes: ["Values of secrets are the tenants' and cannot be read."],
    cost: { requests: 4000 },
  };
}

function causeOf(index: number): Parameters<typeof groupCauses>[0][number]["causes"][number] {
  const name = nameOf(index + 1);
  const kind = (["missing", "secret", "other", "unreachable"] as const)[index] ?? "other";
  const text =
    [`lack the environment "${name}"`, "have no value for the secret `Database.Password`"][index] ?? `${name}.`;
  return { key: String(index), kind, text, mend: `Add it to the baseline (\`environments: [{ name: "${name}" }]\`).` };
}

function copyOf(index: number): RehearsedCopy {
  const outcome =
    index % 11 === 3 ? "refused" : index % 29 === 5 ? "unknown" : index % 4 === 0 ? "changed" : "unchanged";
  const line = (verb: string): string => `${verb} the deployment process of "${nameOf(index)}": "Step › Script".`;
  return {
    tenant: { id: `Tenants-${index}`, name: nameOf(index) },
    instance: "https://octopus.example.com",
    spaceId: `Spaces-${index}`,
    space: nameOf(index + (index % 2)),
    name: "Hello World",
    url: `https://octopus.example.com/app#/Spaces-${index}/projects/Projects-1`,
    outcome,
    isFirst: index % 5 === 0,
    deployed: "2026.11.28.1",
    changes: outcome === "changed" ? [line("Would update"), line("Would make")] : [],
    kept: index % 7 === 1 ? [line("Kept is")] : [],
    conflicts: index % 13 === 1 ? [{ text: line("In conflict is"), thing: "", field: "" }] : [],
    reasons: outcome === "refused" || outcome === "unknown" ? [`The space "${nameOf(index)}" lacks something.`] : [],
  };
}
