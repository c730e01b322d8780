import type { StandInPull, StandInRepository } from "./stand-in.ts";

/** What GitLab knows of a project besides what all hosts do. */
export interface ProjectSettings {
  isArchived: boolean;
  markedForDeletionOn?: string;
  importError?: string;
  mergeMethod: "merge" | "rebase_merge" | "ff";
  squashOption: "never" | "always" | "default_on" | "default_off";
  hasMergeTrains: boolean;
  /** Whether the token's user may merge. */
  mayMerge: boolean;
  statuses: Record<string, unknown>[];
  hooks: { id: number; body: Record<string, unknown> }[];
}

/** What GitLab knows of a merge request besides. */
export interface RequestFacts {
  /** The newest commit that it had. */
  sha: string;
  /** Where it comes from, when from another project; null for one that is gone. */
  source?: StandInRepository | null;
  mergeCommit?: string;
  squashCommit?: string;
  /** `mergeable`, or what is still wanted. */
  mergeStatus: string;
  /** How often it is still being looked at whether it can be merged. */
  looksUntilChecked: number;
  isInTrain: boolean;
  notes: Note[];
}

export interface Note {
  id: number;
  body: string;
  author: string;
  isSystem: boolean;
}

export interface GitLabState {
  /** Whether a removed project is kept for a while under another name. */
  delaysDeletion: boolean;
  /** Since 17.1. */
  knowsCustomHeaders: boolean;
  /** Where the token's user may create nothing. */
  closedNamespaces: Set<string>;
  settingsOf(repository: StandInRepository): ProjectSettings;
  factsOf(pull: StandInPull): RequestFacts;
}

export function createGitLabState(): GitLabState {
  const settings = new WeakMap<StandInRepository, ProjectSettings>();
  const facts = new WeakMap<StandInPull, RequestFacts>();
  return {
    delaysDeletion: false,
    knowsCustomHeaders: true,
    closedNamespaces: new Set(),
    settingsOf: (repository) => remember(settings, repository, newSettings),
    factsOf: (pull) => remember(facts, pull, newFacts),
  };
}

function remember<K extends object, V>(known: WeakMap<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function newSettings(): ProjectSettings {
  return {
    isArchived: false,
    mergeMethod: "merge",
    squashOption: "default_off",
    hasMergeTrains: false,
    mayMerge: true,
    statuses: [],
    hooks: [],
  };
}

function newFacts(): RequestFacts {
  return { sha: "", mergeStatus: "mergeable", looksUntilChecked: 0, isInTrain: false, notes: [] };
}
