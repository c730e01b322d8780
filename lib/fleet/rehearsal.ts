import * as z from "zod/mini";

// What `managed-spaces rehearse --json` prints and the step's artifact holds. Its schema is published as lib/fleet/rehearsal.schema.json.
// Times are ISO 8601 in UTC; what is not known is absent.

/** Goes up when a reader of the former one would misread it. What is only added leaves it as it is. */
export const rehearsalFormat = 1;

/** What a deployment would do with a copy. `unknown`: it could not be looked at. */
export const outcomes = ["refused", "unknown", "changed", "unchanged"] as const;

const Conflict = z.object({
  /** One sentence. */
  text: z.string(),
  thing: z.string(),
  field: z.string(),
  had: z.optional(z.string()),
  has: z.optional(z.string()),
  here: z.optional(z.string()),
});

/** How the files of a copy in Git stand to the template's newest ones: a deployment leaves them, and Merge Updates brings them. */
const Files = z.object({
  outcome: z.enum(["conflicts", "broken", "unrelated", "unknown", "merges", "upToDate"]),
  /** How many of the template's commits the copy lacks. */
  behind: z.number(),
  /** One sentence. */
  text: z.string(),
  /** What both sides changed, a file each. */
  conflicts: z.array(z.object({ path: z.string(), text: z.string() })),
});

const Copy = z.object({
  tenant: z.object({ id: z.string(), name: z.string() }),
  instance: z.string(),
  /** `Spaces-42`; "" for a tenant that has none yet. */
  spaceId: z.string(),
  /** The tenant's name where the space's is not known. */
  space: z.string(),
  /** What the copy is called, or would be; "" for what has no name. */
  name: z.string(),
  url: z.optional(z.string()),
  outcome: z.enum(outcomes),
  /** Whether the space has none yet. */
  isFirst: z.boolean(),
  /** The version that it has. */
  deployed: z.optional(z.string()),
  /** What would be written, a sentence each. */
  changes: z.array(z.string()),
  /** People's changes that would be kept, a sentence each; without those in conflict. */
  kept: z.array(z.string()),
  conflicts: z.array(Conflict),
  /** Why it would be refused, or could not be looked at, a sentence each. */
  reasons: z.array(z.string()),
  /** Absent for what has none, and where they were not looked at. */
  files: z.optional(Files),
});

const Cause = z.object({
  /** What it is about. */
  kind: z.enum(["missing", "secret", "other", "unreachable"]),
  /** Behind a number of spaces, without it: `lack the environment "Staging"`; one sentence for what is no such phrase. */
  text: z.string(),
  /** What mends it for all of them. */
  mend: z.string(),
  /** Names of spaces. */
  spaces: z.array(z.string()),
  /** Names of their tenants. */
  tenants: z.array(z.string()),
});

export const Rehearsal = z.object({
  format: z.literal(rehearsalFormat),
  at: z.string(),
  package: z.object({ id: z.string(), version: z.string(), kind: z.string(), name: z.string() }),
  management: z.object({ url: z.string(), spaceId: z.string(), space: z.string() }),
  /** Which tenants were looked at, in words; "" for all. */
  selection: z.string(),
  counts: z.object({
    copies: z.number(),
    changed: z.number(),
    unchanged: z.number(),
    refused: z.number(),
    unknown: z.number(),
    /** Copies in which something that people changed would be kept. */
    kept: z.number(),
    conflicts: z.number(),
    /** Of copies in Git whose files were looked at; absent where there are none. */
    files: z.optional(
      z.object({ upToDate: z.number(), merges: z.number(), conflicts: z.number(), others: z.number() }),
    ),
  }),
  /** That of most spaces first. */
  causes: z.array(Cause),
  /** The worst first. */
  copies: z.array(Copy),
  /** What a rehearsal cannot know, a sentence each. */
  notes: z.array(z.string()),
  cost: z.object({ requests: z.number() }),
});

export type Rehearsal = z.infer<typeof Rehearsal>;
export type RehearsedFiles = z.infer<typeof Files>;
export type RehearsedCopy = z.infer<typeof Copy>;
export type RehearsalCause = z.infer<typeof Cause>;
export type Outcome = RehearsedCopy["outcome"];
