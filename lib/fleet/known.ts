import * as z from "zod/mini";
import { inStepStates, wellStates, type InStepState, type WellState } from "./states.ts";
import { Deployment, License, Node, Queue } from "./told-as-read.ts";

// What a look at the fleet leaves behind for the next one: last known values, from where to read on, and since when what is so. Times
// are ISO 8601 in UTC, days `YYYY-MM-DD`.

/** Goes up when an earlier version of these step templates would misread it. */
export const knownFormat = 1;

const InStep = z.custom<InStepState>((value) => typeof value === "string" && Object.hasOwn(inStepStates, value));
const Well = z.custom<WellState>((value) => typeof value === "string" && Object.hasOwn(wellStates, value));

const Named = z.object({ id: z.string(), name: z.string() });

const Instance = z.object({
  /** When it answered last. */
  readAt: z.optional(z.string()),
  user: z.optional(Named),
  /** `undefined` for a key that does not expire, or a service account. */
  keyExpires: z.optional(z.string()),
  version: z.optional(z.string()),
  upgrade: z.optional(z.string()),
  isInMaintenance: z.boolean(),
  nodes: z.array(Node),
  license: z.optional(License),
  queue: z.optional(Queue),
  spaces: z.array(
    z.object({ id: z.string(), name: z.string(), isQueueStopped: z.boolean(), managers: z.array(z.string()) }),
  ),
  /** Names of users by id, as far as they were met. */
  users: z.record(z.string(), z.string()),
  /** By what was asked for, why it was refused. */
  refused: z.record(z.string(), z.string()),
  /** By what was asked for, when that was. */
  askedAt: z.record(z.string(), z.string()),
  /** Where the audit trail was read to: a time until the first event is known, its number from then on. */
  eventsFrom: z.optional(z.string()),
  lastEvent: z.optional(z.number()),
  /** Whose completion is later was not read yet. */
  tasksUpTo: z.optional(z.string()),
  /** Tasks that were counted and may be met again. */
  tasksSeen: z.array(z.string()),
  /** From when on all tasks were counted. */
  tasksSince: z.optional(z.string()),
});

const ReceiptOf = z.object({
  receipt: z.string(),
  /** The package's id. */
  template: z.string(),
  root: z.optional(z.string()),
  /** What it was asked to be called, or is called. */
  name: z.string(),
  /** The template, as people call it. */
  templateName: z.string(),
  version: z.optional(z.string()),
  project: z.optional(z.string()),
  isAdopted: z.boolean(),
  /** Somebody wrote it into a step: the feed has no package of it, whatever there has the same name. */
  isWritten: z.optional(z.boolean()),
  isInGit: z.boolean(),
  /** Why it cannot be understood. */
  problem: z.optional(z.string()),
});

const Compared = z.object({
  at: z.string(),
  /** The newest version of the template then. */
  newest: z.string(),
  /** The version that its receipt told then. */
  receiptVersion: z.string(),
  /** The version of the template that the copy had then. */
  deployed: z.string(),
  inStep: InStep,
  changedHere: z.array(z.string()),
  conflicts: z.array(z.string()),
  pending: z.array(z.string()),
  /** Edits as data, for what many people changed alike. */
  edits: z.array(z.unknown()),
  variables: z.array(z.string()),
  stepTemplates: z.array(z.object({ name: z.string(), version: z.string() })),
  problem: z.optional(z.string()),
  /** Of a copy in Git whose files were looked at: which branch of which repository was at which commit, and the template at which. */
  git: z.optional(
    z.object({
      askedAt: z.string(),
      /** The template project. */
      template: z.string(),
      /** Without credentials. */
      url: z.string(),
      branch: z.string(),
      into: z.string(),
      from: z.string(),
      /** How many of the template's commits it lacks. */
      behind: z.number(),
    }),
  ),
  /** Why its files could not be looked at, and on which host they are; what else is told is of the look before. */
  gitProblem: z.optional(z.object({ host: z.string(), text: z.string() })),
  /** Whether the problem is a failure of the server, which may be over by the next look. */
  isPassing: z.optional(z.boolean()),
});

const Failure = z.object({ text: z.string(), at: z.string(), task: z.string() });

const Fact = z.enum(["receipts", "dashboard", "targets", "workers"]);

const Space = z.object({
  /** Another space, or another instance, begins anew. */
  url: z.string(),
  id: z.string(),
  readAt: z.optional(z.string()),
  /** When each fact was asked for. */
  askedAt: z.record(z.string(), z.string()),
  refused: z.record(z.string(), z.string()),
  receipts: z.array(ReceiptOf),
  projects: z.array(Named),
  environments: z.array(z.string()),
  tenants: z.optional(z.number()),
  targets: z.optional(z.object({ total: z.number(), offline: z.number() })),
  workers: z.optional(z.object({ total: z.number(), offline: z.number() })),
  /** By receipt. */
  compared: z.record(z.string(), Compared),
  /** Of the last weeks, by day: succeeded, failed, seconds of both. */
  days: z.record(z.string(), z.tuple([z.number(), z.number(), z.number()])),
  /** By what failed last and did not succeed since. */
  failing: z.record(z.string(), Failure),
  /** Newest first. */
  recent: z.array(Deployment),
  /** By name, what they did there last. */
  people: z.record(z.string(), z.string()),
  /** What the audit trail told of it that no look has asked for since: facts, and ids of projects to compare. */
  touched: z.optional(z.object({ facts: z.array(Fact), projects: z.union([z.literal("all"), z.array(z.string())]) })),
});

export const Known = z.object({
  format: z.literal(knownFormat),
  readAt: z.string(),
  /** By address. */
  instances: z.record(z.string(), Instance),
  /** By tenant. */
  spaces: z.record(z.string(), Space),
  /** By place and state, since when it is so. */
  since: z.record(z.string(), z.string()),
  /** By place, its state on each axis: what becomes worse is told. */
  states: z.record(
    z.string(),
    z.object({
      inStep: InStep,
      well: Well,
      /** Copies that were so; absent in what an earlier version left. */
      behind: z.optional(z.number()),
      conflicts: z.optional(z.number()),
    }),
  ),
  /** Up to which day the history has a line of each space. */
  archivedTo: z.optional(z.string()),
});

export type Known = z.infer<typeof Known>;
export type KnownInstance = z.infer<typeof Instance>;
export type KnownSpace = z.infer<typeof Space>;
/** What a space is asked for. */
export type SpaceFact = z.infer<typeof Fact>;
export type KnownReceipt = z.infer<typeof ReceiptOf>;
export type KnownComparison = z.infer<typeof Compared>;

export function nothingKnown(): Known {
  return { format: knownFormat, readAt: "", instances: {}, spaces: {}, since: {}, states: {} };
}

export function unknownInstance(): KnownInstance {
  return {
    isInMaintenance: false,
    nodes: [],
    spaces: [],
    users: {},
    refused: {},
    askedAt: {},
    tasksSeen: [],
  };
}

export function unknownSpace(place: { url: string; id: string }): KnownSpace {
  return {
    ...place,
    askedAt: {},
    refused: {},
    receipts: [],
    projects: [],
    environments: [],
    compared: {},
    days: {},
    failing: {},
    recent: [],
    people: {},
  };
}
