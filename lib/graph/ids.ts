import { resourceKinds } from "../resources/index.ts";

/** Beginnings of ids of things that no graph carries: met in a document, they can only be reported. */
const otherPrefixes = [
  "Artifacts",
  "BuildInformation",
  "CommunityActionTemplates",
  "Deployments",
  "Events",
  "Interruptions",
  "Releases",
  "RunbookRuns",
  "RunbookSnapshots",
  "ServerTasks",
  "Spaces",
];

const numbered = [...resourceKinds.flatMap((kind) => kind.idPrefix ?? []), ...otherPrefixes].map(
  (prefix) => `${prefix}-\\d+`,
);
const wellKnown = resourceKinds.flatMap(
  (kind) => kind.wellKnownIds?.source.replace(/^\^/, "").replace(/\$$/, "") ?? [],
);
const idPattern = [...numbered, ...wellKnown].join("|");
const wholeId = new RegExp(`^(?:${idPattern})$`);
// No word, hyphen or further number on either side: Feeds-1 is neither in Feeds-10 nor in deploymentprocess-Feeds-1 nor in Feeds-1.2.
const idInText = new RegExp(`(?<![\\w-])(?:${idPattern})(?![\\w-]|\\.\\d)`, "g");

/** Whether the whole text is an id as Octopus makes them: `Environments-12`, `feeds-builtin`. GUIDs are not. */
export function isId(text: string): boolean {
  return wholeId.test(text);
}

/** The text in pieces: ids and what is between them, in order; put together they are the text again. */
export function splitAtIds(text: string): { text: string; isId: boolean }[] {
  const pieces: { text: string; isId: boolean }[] = [];
  let end = 0;
  for (const match of text.matchAll(idInText)) {
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), isId: false });
    pieces.push({ text: match[0], isId: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), isId: false });
  return pieces;
}
