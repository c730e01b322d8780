/** Told about each stage of the road; runs it. What it gives is shown with it. */
export type Stage = (title: string, work: () => Promise<string | void>) => Promise<void>;

/** The last highlighted line of a task's log: what the step has to say for itself. */
export function highlightOf({ log }: { log: string }): string {
  const lines = log.split("\n").map((line) => line.replace(/^.*?\|\s*/, "").trim());
  return lines.findLast((line) => /^(Created|Deployed|Serialized|Populated|The |Pushed|Nothing|Made|Filled|\d+ |Opened|Merged|Would)/.test(line)) ?? "";
}
