import type { MachineHealth } from "../model/machine-health.ts";

/** What is to be on a server: spaces that are alike, and what happened in them. */
export interface FleetPlan {
  /** How many spaces come to what is there. */
  spaces: number;
  /** What the first is called, counted from 1; `Space 001` and so on unless told otherwise. */
  nameOf?: (space: number) => string;
  contents?: Partial<SpaceContents>;
  /** Adds to the first space what all of them are to have. */
  prepare?: (spaceId: string) => Promise<void>;
  /** How a machine is, spaces and machines counted from 1; healthy unless told otherwise. */
  healthOf?: (machine: { space: number; kind: "machines" | "workers"; number: number }) => MachineHealth;
  history?: Partial<FleetHistory>;
  /** What is left to chance is the same for the same seed. */
  seed?: number;
}

/** What each space has. */
export interface SpaceContents {
  environments: readonly string[];
  /** Each has a step, a release, a runbook and variables. */
  projects: number;
  /** Of each project. */
  variables: number;
  /** Connected to every project in every environment. */
  tenants: number;
  targets: number;
  workers: number;
  /** People with accounts of their own in a team that contributes to projects. */
  people: number;
}

/** What happened in all spaces together. */
export interface FleetHistory {
  /** Deployments and runs that are over. */
  tasks: number;
  /** How far back they go. */
  days: number;
  /** Which share of those of a space failed, spaces counted from 1. */
  failing: (space: number) => number;
  /** Tasks that wait now, and that run now. */
  queued: number;
  executing: number;
  /** Of which stages the audit trail tells. Three for each of 200,000 tasks take 400 MB, `["Ended"]` a third of it. */
  stages: readonly ("Queued" | "Started" | "Ended")[];
}

export const usualContents: SpaceContents = {
  environments: ["Development", "Test", "Production"],
  projects: 4,
  variables: 6,
  tenants: 3,
  targets: 5,
  workers: 2,
  people: 2,
};

export const usualHistory: FleetHistory = {
  tasks: 0,
  days: 90,
  failing: () => 0.08,
  queued: 0,
  executing: 0,
  stages: ["Queued", "Started", "Ended"],
};
