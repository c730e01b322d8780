/** Something that the check of a branch found. */
export interface Problem {
  /** Files alone may be told to strangers: all else names a space, or what is in one. */
  kind: "file" | "space" | "merge";
  /** The space or the copy that it is about, for sentences; "" for the files. */
  place: string;
  /** A sentence. */
  text: string;
}

export interface Findings {
  problems: Problem[];
  /** What is no mistake, and good to know before merging. */
  remarks: Problem[];
  /** What could not be looked at, so that nobody knows whether it is well. */
  unknown: Problem[];
}

export function joinFindings(all: readonly Findings[]): Findings {
  return {
    problems: all.flatMap(({ problems }) => problems),
    remarks: all.flatMap(({ remarks }) => remarks),
    unknown: all.flatMap(({ unknown }) => unknown),
  };
}

export function nothingFound(): Findings {
  return { problems: [], remarks: [], unknown: [] };
}

/** Of phrases, sentences: `the space …` becomes `The space ….` */
export function toSentence(phrase: string): string {
  const text = `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}`;
  return text.endsWith(".") ? text : `${text}.`;
}
