import { resourceKinds } from "../resources/index.ts";
import type { OclReference } from "./list-references.ts";
import { describeUser } from "./describe-user.ts";
import { readOcl, type OclBlock, type OclFile, type OclItem, type OclText } from "./read-ocl.ts";
import { isProperties, textsOf, walkOcl } from "./walk-ocl.ts";

/** The kind of resource whose ids look like this one, `Environments-12`; undefined for every other text. */
export function findIdKind(text: string): string | undefined {
  const [, prefix] = /^([A-Za-z]+)-\d+$/.exec(text) ?? [];
  if (prefix === undefined) return undefined;
  return resourceKinds.find(({ idPrefix = [] }) => [idPrefix].flat().includes(prefix))?.id;
}

/**
 * What a file names by ids of its own space, which mean something else, or nothing, in every other: Octopus has slugs for
 * {@link listOclReferences} only ("All other resources will be referenced from OCL via their ID", docs, config-as-code-reference). Not the
 * step templates, whose ids go with a version: {@link listStepTemplateUses}.
 * @throws {@link ParameterError} for a file that is no OCL
 */
export function listOclIds(source: string, fileName: string): OclReference[] {
  return findIds(readOcl(source, fileName), (text, above) =>
    splitIds(text.value).map((slug) => ({
      kind: findIdKind(slug) ?? "",
      slug,
      usedBy: describeUser(above, fileName),
    })),
  );
}

/** Calls for each text that is an id, or several with commas between, where Octopus has ids. */
export function findIds<Found>(
  { items }: OclFile,
  toFound: (text: OclText, above: readonly OclBlock[]) => readonly Found[],
): Found[] {
  const found: Found[] = [];
  walkOcl(items, (item, above) => {
    for (const text of listIdTexts(item, above)) for (const one of toFound(text, above)) found.push(one);
  });
  return found;
}

const stepTemplate = "Octopus.Action.Template.Id";

/**
 * The credential of a Git dependency, what a step package is given (`inputs { account = "Accounts-1" }`), values of the parameters of step
 * and process templates, environments of Argo CD's steps: read in files of public repositories.
 */
function listIdTexts(item: OclItem, above: readonly OclBlock[]): OclText[] {
  if (item.kind === "block") return [];
  const isHere =
    item.name === "git_credential_id" ||
    (item.name === "value" && above.at(-1)?.name === "parameter") ||
    above.some(({ name }) => name === "inputs");
  const texts = isProperties(item)
    ? item.value.entries.flatMap(({ key, value }) => (key === stepTemplate ? [] : textsOf(value)))
    : isHere
      ? textsOf(item.value)
      : [];
  return texts.filter(({ value }) => {
    const ids = splitIds(value);
    return ids.length > 0 && ids.every((id) => findIdKind(id) !== undefined);
  });
}

function splitIds(value: string): string[] {
  return value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
