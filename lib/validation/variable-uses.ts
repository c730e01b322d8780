import { describeUser } from "../ocl/describe-user.ts";
import { readOcl, type OclItem, type OclText } from "../ocl/read-ocl.ts";
import { isProperties, textsOf, walkOcl } from "../ocl/walk-ocl.ts";
import { foldName } from "../octopus/same-name.ts";

/** A variable that a file names in an expression. */
export interface VariableUse {
  name: string;
  /** For sentences: `the step "deploy" in deployment_process.ocl`. */
  usedBy: string;
}

/** What a file of a project says about variables. */
export interface VariableTexts {
  uses: VariableUse[];
  /** Names that the file gives values to, for all of the project. */
  defined: string[];
}

/**
 * The variables that a file's texts name, each once for whatever names it, without those that Octopus gives itself, that the step itself
 * gives a value as a parameter of its step template, and that a text works out or only asks whether they are there.
 * @throws {@link ParameterError} for a file that is no OCL
 */
export function readVariableTexts(source: string, fileName: string): VariableTexts {
  const uses: VariableUse[] = [];
  const defined: string[] = [];
  walkOcl(readOcl(source, fileName).items, (item, above) => {
    const usedBy = describeUser(item.kind === "block" ? [...above, item] : above, fileName);
    const own = isProperties(item) ? item.value.entries.map(({ key }) => foldName(key)) : [];
    for (const { value } of listTexts(item))
      uses.push(...listNames(value).flatMap((name) => (isDefined(name, new Set(own)) ? [] : { name, usedBy })));
    if (item.kind === "block" && item.name === "variable" && above.length === 0)
      defined.push(...item.labels.map(({ value }) => value));
  });
  const keyOf = ({ name, usedBy }: VariableUse): string => JSON.stringify([foldName(name), usedBy]);
  const first = new Map(uses.toReversed().map((use) => [keyOf(use), use]));
  return { uses: uses.filter((use) => first.get(keyOf(use)) === use), defined };
}

/** The texts of one item, but not of what is in a block. */
function listTexts(item: OclItem): OclText[] {
  if (item.kind === "block") return item.labels;
  const { value } = item;
  return value.kind === "dictionary" ? value.entries.flatMap((entry) => textsOf(entry.value)) : textsOf(value);
}

/** Whether a variable, or one whose value has parts such as an account's, a certificate's or JSON's, has this name. */
export function isDefined(name: string, defined: ReadonlySet<string>): boolean {
  const parts = foldName(name).split(/(?=[.[])/);
  return parts.some((_, index) => defined.has(foldName(parts.slice(0, index + 1).join(""))));
}

/** Those without another one in them: what has one is worked out in the run. Two hashes make a text of what follows. */
const expression = /(?<!#)#\{([^{}]*)\}/g;

function listNames(text: string): string[] {
  const found = [...text.matchAll(expression)].map(([, content = ""]) => content.trim());
  const local = found.flatMap((content) => /^each\s+(\S+)\s+in\s/i.exec(content)?.[1] ?? []);
  const known = new Set([...found.flatMap(listTested), ...local].map(foldName));
  const names = found.flatMap(listNamed).filter((name) => !isOfOctopus(name) && !isDefined(name, known));
  return [...new Set(names)];
}

/** What a condition asks for may be missing: that is why it is asked. */
function listTested(content: string): string[] {
  const [, condition] = /^(?:if|unless|elseif)\s+(.*)$/is.exec(content) ?? [];
  return condition === undefined ? [] : readOperands(condition);
}

function listNamed(content: string): string[] {
  if (content.startsWith("/") || /^(?:if|unless|elseif|calc)\s/i.test(content) || /^else$/i.test(content)) return [];
  const [, listed] = /^each\s+\S+\s+in\s+(.*)$/is.exec(content) ?? [];
  return readOperands(listed ?? content);
}

/** Names on both sides of a comparison, before the first filter. */
function readOperands(text: string): string[] {
  const [named = ""] = text.replace(/"[^"]*"/g, "").split("|");
  return named
    .split(/[=!]=/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** What Octopus gives every run, outputs of other steps among it, and the worker's environment. */
function isOfOctopus(name: string): boolean {
  return /^(?:Octopus(?:[.[]|$)|env:|OctopusParameters)/i.test(name);
}
