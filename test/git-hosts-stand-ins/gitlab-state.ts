import type { StandInComment, StandInPull, StandInRepository } from "./stand-in.ts";

/** What GitLab knows of a project besides what all hosts do. */
export interface ProjectSettings {
  markedForDeletionOn?: string;
  importError?: string;
  /** The one way to merge; whether there is squashing, too, is told by the repository's methods. */
  mergeMethod: "merge" | "rebase_merge" | "ff";
  hasMergeTrains: boolean;
  /** Whether the token's user may merge. */
  mayMerge: boolean;
}

/** What GitLab knows of a merge request besides. */
export interface RequestFacts {
  /** The newest commit that it had. */
  sha: string;
  /** Whether the fork that it came from is gone. */
  hasLostSource: boolean;
  mergeCommit?: string;
  squashCommit?: string;
  /** What is still wanted, in a word of GitLab's. */
  mergeStatus?: string;
  /** How often it is still being looked at whether it can be merged. */
  looksUntilChecked: number;
  isInTrain: boolean;
}

export interface NoteFacts {
  author: string;
  /** Written by GitLab itself. */
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
  noteOf(comment: StandInComment): NoteFacts;
}

export function createGitLabState(): GitLabState {
  const settings = new WeakMap<StandInRepository, ProjectSettings>();
  const facts = new WeakMap<StandInPull, RequestFacts>();
  const notes = new WeakMap<StandInComment, NoteFacts>();
  return {
    delaysDeletion: false,
    knowsCustomHeaders: true,
    closedNamespaces: new Set(),
    settingsOf: (repository) => remember(settings, repository, newSettings),
    factsOf: (pull) => remember(facts, pull, newFacts),
    noteOf: (comment) => remember(notes, comment, () => ({ author: "", isSystem: false })),
  };
}

function remember<K extends object, V>(known: WeakMap<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function newSettings(): ProjectSettings {
  return {
    mergeMethod: "merge",
    hasMergeTrains: false,
    mayMerge: true,
  };
}

function newFacts(): RequestFacts {
  return { sha: "", hasLostSource: false, looksUntilChecked: 0, isInTrain: false };
}
