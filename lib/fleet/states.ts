/**
 * How something stands on the two axes of a fleet, each from what needs a person most to what needs nobody: the worst of what belongs to
 * something is its state. *In step* is how copies stand to their templates, *well* is how the space and its instance are. One is never
 * told by the other: a space that does not answer is not behind, and one that is behind may be well.
 */
const inStep = {
  conflict: { label: "Conflict", tone: "bad", needsPerson: true },
  gone: { label: "Gone", tone: "bad", needsPerson: true },
  unknown: { label: "Unknown", tone: "odd", needsPerson: true },
  behind: { label: "Behind", tone: "news", needsPerson: true },
  changedHere: { label: "Changed here", tone: "odd", needsPerson: false },
  adopted: { label: "Adopted", tone: "quiet", needsPerson: false },
  upToDate: { label: "Up to date", tone: "good", needsPerson: false },
} as const;

const well = {
  offline: { label: "Offline", tone: "bad", needsPerson: true },
  keyRefused: { label: "Key refused", tone: "bad", needsPerson: true },
  notThere: { label: "Not there", tone: "bad", needsPerson: true },
  licenseBroken: { label: "Licence not met", tone: "bad", needsPerson: true },
  maintenance: { label: "In maintenance", tone: "bad", needsPerson: true },
  nodeOffline: { label: "Node offline", tone: "bad", needsPerson: true },
  queueStopped: { label: "Task queue stopped", tone: "bad", needsPerson: true },
  failing: { label: "Failing", tone: "bad", needsPerson: true },
  machinesOffline: { label: "Machines offline", tone: "bad", needsPerson: true },
  keyExpiring: { label: "Key expires", tone: "odd", needsPerson: true },
  licenseExpiring: { label: "Licence expires", tone: "odd", needsPerson: true },
  notAllowed: { label: "Not all to be seen", tone: "odd", needsPerson: true },
  queueLong: { label: "Queue is long", tone: "odd", needsPerson: true },
  doubled: { label: "Told twice", tone: "odd", needsPerson: true },
  clockDiffers: { label: "Clock differs", tone: "odd", needsPerson: true },
  oldServer: { label: "Old server", tone: "odd", needsPerson: true },
  upgradeAtHand: { label: "Upgrade at hand", tone: "news", needsPerson: false },
  well: { label: "Well", tone: "good", needsPerson: false },
} as const;

export type InStepState = keyof typeof inStep;
export type WellState = keyof typeof well;
export type FleetState = InStepState | WellState;

/** What a page shows of a state. */
export interface StateLook {
  label: string;
  /** Which of the pages' colors it has. */
  tone: "bad" | "odd" | "news" | "good" | "quiet";
  /** Whether it is among what needs a person. */
  needsPerson: boolean;
}

/** All states of an axis, the worst first. */
export const inStepStates: Readonly<Record<InStepState, StateLook>> = inStep;
export const wellStates: Readonly<Record<WellState, StateLook>> = well;

/** The one ranked list of both axes, the worst first: what a place has that is told in one color. */
const ranked: readonly FleetState[] = [
  "offline",
  "keyRefused",
  "notThere",
  "licenseBroken",
  "maintenance",
  "nodeOffline",
  "queueStopped",
  "conflict",
  "gone",
  "failing",
  "machinesOffline",
  "keyExpiring",
  "licenseExpiring",
  "unknown",
  "notAllowed",
  "queueLong",
  "doubled",
  "clockDiffers",
  "oldServer",
  "behind",
  "changedHere",
  "upgradeAtHand",
  "adopted",
  "upToDate",
  "well",
];

export function lookOf(state: FleetState): StateLook {
  return isInStep(state) ? inStep[state] : well[state];
}

/** 0 is the worst. */
export function rankOf(state: FleetState): number {
  return ranked.indexOf(state);
}

/** Of none, the best there is on that axis. */
export function worstInStep(states: Iterable<InStepState>): InStepState {
  return worst(states) ?? "upToDate";
}

/** Of none, the best there is on that axis. */
export function worstWell(states: Iterable<WellState>): WellState {
  return worst(states) ?? "well";
}

/** @returns undefined for none */
export function worst<State extends FleetState>(states: Iterable<State>): State | undefined {
  return [...states].toSorted((a, b) => rankOf(a) - rankOf(b))[0];
}

export function isInStep(state: FleetState): state is InStepState {
  return Object.hasOwn(inStep, state);
}
