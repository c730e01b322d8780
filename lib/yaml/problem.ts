/** Something wrong in a document, and where: field names and positions in lists. */
export interface Problem {
  path: (string | number)[];
  text: string;
  /** Whether the key at the end of the path is meant, rather than its value. */
  isAboutKey?: boolean;
}
