/** Field names and positions in lists, from the document down. */
export type Path = readonly (string | number)[];

/** Something wrong in a document, and where. */
export interface Problem {
  path: Path;
  text: string;
  /** Whether the key at the end of the path is meant, rather than its value. */
  isAboutKey?: boolean;
}
