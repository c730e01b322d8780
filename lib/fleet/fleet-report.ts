import * as z from "zod/mini";
import { inStepStates, wellStates, type InStepState, type WellState } from "./states.ts";
import { Deployment, License, Node, Queue } from "./told-as-read.ts";

// The report as JSON: what `managed-spaces fleet --json` prints, the step's artifact holds and the page has in it. Its schema is published as
// lib/fleet/fleet-report.schema.json. Times are ISO 8601 in UTC, days `YYYY-MM-DD` in UTC; what is not known is absent.

/** Goes up when a reader of the former one would misread it. What is only added leaves it as it is. */
export const reportFormat = 1;

const InStep = z.enum(keysOf(inStepStates));
const Well = z.enum(keysOf(wellStates));

/** What helps: a page of Octopus, a command to copy, or what to do in a sentence. */
const Mend = z.object({ text: z.string(), url: z.optional(z.string()), command: z.optional(z.string()) });

/** Something that is to be known about a place, on one axis. */
const Finding = z.object({
  state: z.enum([...keysOf(inStepStates), ...keysOf(wellStates)]),
  /** One sentence. */
  text: z.string(),
  /** When it was found first. */
  since: z.string(),
  mend: z.optional(Mend),
});

const Instance = z.object({
  /** The address without a slash at the end: also what it is called by. */
  url: z.string(),
  well: Well,
  findings: z.array(Finding),
  /** When it answered last; absent when it never did. */
  readAt: z.optional(z.string()),
  /** What is told is what was known then: it does not answer now. */
  isStale: z.boolean(),
  version: z.optional(z.string()),
  /** A newer version that could be installed. */
  upgrade: z.optional(z.string()),
  nodes: z.array(Node),
  license: z.optional(License),
  /** Who asked, and until when the key is good. */
  user: z.optional(z.string()),
  keyExpires: z.optional(z.string()),
  queue: z.optional(Queue),
  /** Spaces on it that no tenant stands for. */
  otherSpaces: z.array(z.object({ id: z.string(), name: z.string() })),
  /** What could not be asked of the whole instance, a sentence each. */
  limits: z.array(z.string()),
});

const Copy = z.object({
  /** {@link Template} `key`. */
  template: z.string(),
  /** Tells it from others in its space. */
  receipt: z.string(),
  name: z.string(),
  url: z.optional(z.string()),
  inStep: InStep,
  since: z.string(),
  /** The version that was deployed last, to its end. */
  version: z.optional(z.string()),
  /** Versions of the template that are newer. */
  behind: z.number(),
  /** Of a copy in Git, how many of the template's commits it lacks; absent for none, and where its files were not looked at. */
  commitsBehind: z.optional(z.number()),
  /** When the first of them was published: the age of what is behind. */
  behindSince: z.optional(z.string()),
  /** Whether its process and variables are in a Git repository. */
  isInGit: z.boolean(),
  /** People's changes that a deployment would keep, a sentence each. Absent when it was not compared yet. */
  changedHere: z.optional(z.array(z.string())),
  conflicts: z.optional(z.array(z.string())),
  /** What a deployment of the newest version would change, a sentence each. */
  pending: z.optional(z.array(z.string())),
  comparedAt: z.optional(z.string()),
  /** Why it could not be looked at. */
  problem: z.optional(z.string()),
});

/** What ended on the days from `from` on, one number a day. */
const Days = z.object({
  from: z.string(),
  succeeded: z.array(z.number()),
  failed: z.array(z.number()),
  /** Seconds that all of a day took together. */
  seconds: z.array(z.number()),
});

const Space = z.object({
  tenant: z.object({ id: z.string(), name: z.string(), tags: z.array(z.string()) }),
  /** {@link Instance} `url`. */
  instance: z.string(),
  /** `Spaces-42`; absent for a tenant that has none yet. */
  id: z.optional(z.string()),
  name: z.string(),
  url: z.optional(z.string()),
  inStep: InStep,
  well: Well,
  findings: z.array(Finding),
  readAt: z.optional(z.string()),
  /** What is told is what was known then. */
  isStale: z.boolean(),
  /** Its place in the ordered tag set of rings; absent when it is in none. */
  ring: z.optional(z.string()),
  counts: z.object({
    projects: z.optional(z.number()),
    environments: z.optional(z.number()),
    tenants: z.optional(z.number()),
    targets: z.optional(z.number()),
    targetsOffline: z.optional(z.number()),
    workers: z.optional(z.number()),
    workersOffline: z.optional(z.number()),
  }),
  projects: z.array(z.object({ id: z.string(), name: z.string() })),
  environments: z.array(z.string()),
  /** Names of variables; never values. */
  variables: z.array(z.string()),
  people: z.array(z.object({ name: z.string(), does: z.string() })),
  stepTemplates: z.array(z.object({ name: z.string(), version: z.string() })),
  copies: z.array(Copy),
  days: Days,
  /** Since when `days` knows all. */
  daysSince: z.optional(z.string()),
  /** The newest few, failures first. */
  recent: z.array(Deployment),
});

const Template = z.object({
  /** The package's id; what tells it from other templates. */
  key: z.string(),
  /** `Project`, `Space`, `Runbook`, `Baseline`. */
  kind: z.string(),
  name: z.string(),
  inStep: InStep,
  newest: z.optional(z.string()),
  /** Newest first. */
  versions: z.array(z.object({ version: z.string(), published: z.optional(z.string()) })),
});

/** What needs a person, the worst first; one line stands for all places with the same cause. */
const Attention = z.object({
  state: z.enum([...keysOf(inStepStates), ...keysOf(wellStates)]),
  text: z.string(),
  since: z.string(),
  mend: z.optional(Mend),
  /** {@link Instance} `url`. */
  instance: z.optional(z.string()),
  /** Tenants' ids. */
  spaces: z.array(z.string()),
  /** {@link Template} `key`. */
  template: z.optional(z.string()),
  /** It was not so, or not as bad, when the fleet was looked at last. */
  isNew: z.boolean(),
});

/** What people of many spaces changed alike. */
const DesirePath = z.object({
  template: z.string(),
  /** One sentence, with how many of how many. */
  text: z.string(),
  /** Tenants' ids. */
  spaces: z.array(z.string()),
  of: z.number(),
  /** By value, in words, who has it. */
  values: z.array(z.object({ value: z.string(), spaces: z.array(z.string()) })),
  /** What can be done about it. */
  helps: z.array(z.object({ title: z.string(), text: z.string() })),
});

export const FleetReport = z.object({
  format: z.literal(reportFormat),
  readAt: z.string(),
  /** When the fleet was looked at before; absent for the first time. */
  previousAt: z.optional(z.string()),
  management: z.object({ url: z.string(), spaceId: z.string(), space: z.string() }),
  /** Which tenants were looked at, in words; "" for all. */
  selection: z.string(),
  cost: z.object({ requests: z.number(), seconds: z.number() }),
  inStep: InStep,
  well: Well,
  instances: z.array(Instance),
  templates: z.array(Template),
  /** Names of rings in their order. */
  rings: z.array(z.string()),
  spaces: z.array(Space),
  attention: z.array(Attention),
  desirePaths: z.array(DesirePath),
  /** What is to be known about the report itself, a sentence each. */
  notes: z.array(z.string()),
});

export type FleetReport = z.infer<typeof FleetReport>;
export type FleetInstance = z.infer<typeof Instance>;
export type FleetSpace = z.infer<typeof Space>;
export type FleetCopy = z.infer<typeof Copy>;
export type FleetTemplate = z.infer<typeof Template>;
export type FleetFinding = z.infer<typeof Finding>;
export type FleetAttention = z.infer<typeof Attention>;
export type FleetDesirePath = z.infer<typeof DesirePath>;
export type FleetDeployment = z.infer<typeof Deployment>;
export type FleetDays = z.infer<typeof Days>;
export type Mend = z.infer<typeof Mend>;

function keysOf<State extends InStepState | WellState>(states: Readonly<Record<State, unknown>>): State[] {
  return Object.keys(states).filter((state): state is State => Object.hasOwn(states, state));
}
