/** What a script body of a look over many copies has room for: all conflicts are told, also those that Merge Updates solves by itself. */
export async function solveConflicts(_repository, merge) {
  return { ...merge, solved: [] };
}

export const unsolvedNote = " Merge Updates may solve some by itself.";
