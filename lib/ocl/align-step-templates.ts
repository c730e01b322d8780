import type { OclSides } from "./merge-ocl.ts";
import { idProperty, type StepTemplateMap } from "./list-step-templates.ts";
import { readOcl, type OclText } from "./read-ocl.ts";
import { isProperties, textsOf, walkOcl } from "./walk-ocl.ts";
import { quoteOcl } from "./write-ocl.ts";

export type { StepTemplateMap } from "./list-step-templates.ts";

const versionName = "Octopus.Action.Template.Version";

/**
 * The sides of a file, without what the receiving one changed about a step template that the template's space has: an id or version that
 * the map knows, in whichever space's words, was the template's once, and the newest one of the template counts. One that it does not know is
 * people's own.
 * @throws {@link ParameterError} for a file that is no OCL
 */
export function alignStepTemplates(sides: OclSides, map: StepTemplateMap, fileName: string): OclSides {
  const known = new Set(Object.entries(map).flat());
  const [before, there] = [listUses(sides.base, fileName), listUses(sides.from, fileName)];
  const edits = [...listUses(sides.into, fileName)].flatMap(([place, use]) => {
    const [was, is] = [before.get(place), there.get(place)];
    if (is === undefined || !known.has(nameOf(use)) || (was !== undefined && nameOf(was) === nameOf(is))) return [];
    return toEdits(use, was ?? is);
  });
  const into = edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((text, { start, end, value }) => `${text.slice(0, start)}${quoteOcl(value)}${text.slice(end)}`, sides.into);
  return { ...sides, into };
}

interface Use {
  id: OclText;
  version: OclText | undefined;
}

/** By where in the file's blocks it stands. */
function listUses(source: string, fileName: string): Map<string, Use> {
  const found = new Map<string, Use>();
  walkOcl(readOcl(source, fileName).items, (item, above) => {
    if (!isProperties(item)) return;
    const textOf = (key: string): OclText | undefined =>
      item.value.entries.flatMap((entry) => (entry.key === key ? textsOf(entry.value) : []))[0];
    const id = textOf(idProperty);
    const place = above.map(({ name, labels }) => [name, ...labels.map(({ value }) => value)]);
    if (id !== undefined) found.set(JSON.stringify(place), { id, version: textOf(versionName) });
  });
  return found;
}

function nameOf({ id, version }: Use): string {
  return `${id.value}/${version?.value ?? ""}`;
}

function toEdits(use: Use, wanted: Use): Pick<OclText, "start" | "end" | "value">[] {
  if (nameOf(use) === nameOf(wanted) || use.version === undefined || wanted.version === undefined) return [];
  return [
    { ...use.id, value: wanted.id.value },
    { ...use.version, value: wanted.version.value },
  ];
}
