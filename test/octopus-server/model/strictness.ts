/** Rules of real servers that somebody who writes against this one may want to meet one by one. */
export interface Strictness {
  /** An action that versioning, automatic release creation or a channel rule names cannot leave the process; what the process lacks cannot be named. */
  usedActions: boolean;
  /** What a PUT of a project leaves out of its deployment settings stays as it is. */
  mirrors: boolean;
  /** A new step template is version 0, not 1. */
  versionZero: boolean;
}

/** In force unless an option of the server says otherwise. */
export const defaultStrictness: Strictness = { usedActions: true, mirrors: true, versionZero: true };
