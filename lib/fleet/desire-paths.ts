import { matchNames } from "../graph/name-patterns.ts";
import { isSameName } from "../octopus/same-name.ts";
import { ParameterError } from "../step/errors.ts";
import { unitOfField } from "../resources/field-words.ts";
import { clusterEdits, type EditCluster, type EditedCopy, type OwnEdit } from "./cluster-edits.ts";
import { describeCommon } from "./common-text.ts";
import type { CopyEdit } from "./copy-edits.ts";
import type { FleetDesirePath } from "./fleet-report.ts";
import { groupBy } from "./group-by.ts";
import { helpWith } from "./help-with-path.ts";
import { listOf, nameEdit, pathOfEdit } from "./name-edit.ts";
import { readQuantity } from "./read-quantity.ts";

/**
 * What people of several spaces changed alike in copies of a template, that of most spaces first, with what can be done about it.
 * @param copies - all that were compared, those without an edit, too: of so many they are
 */
export function findDesirePaths(copies: readonly EditedCopy[]): FleetDesirePath[] {
  const all = groupBy(copies, ({ template }) => template);
  const told = copies.map((copy) => ({ ...copy, edits: copy.edits.filter((edit) => !isAccepted(copy, edit)) }));
  return clusterEdits(told).map((cluster) => {
    const of = new Set(all.get(cluster.template)?.map(({ tenant }) => tenant.id)).size;
    const values = listValues(cluster);
    const spaces = [...new Set(cluster.members.map(({ copy }) => copy.tenant.id))].toSorted();
    return {
      template: cluster.template,
      text: `${spaces.length} of ${of} ${describeDeed(cluster, values)}.`,
      spaces,
      of,
      values,
      helps: helpWith(cluster, values),
    };
  });
}

/** A space may have decided that something is its own. */
function isAccepted({ accepted = [] }: EditedCopy, edit: CopyEdit): boolean {
  const path = pathOfEdit(edit);
  return accepted.some((line) => isLineFor(line, path));
}

/** A line that is no pattern is a name. */
function isLineFor(line: string, path: string): boolean {
  try {
    return matchNames([line])(path);
  } catch (error) {
    if (error instanceof ParameterError) return isSameName(line, path);
    throw error;
  }
}

type Values = FleetDesirePath["values"];

/** Who has which value, that of most first; none where a secret is among them. */
function listValues({ by, members }: EditCluster): Values {
  if (by === "secret" || members.some(({ edit }) => edit.isSecret === true)) return [];
  if (members.every(({ edit }) => edit.isWhole && edit.what === "removed")) return [];
  const groups = groupBy(members, ({ edit }) => wordsOf(edit));
  const values = [...groups].map(([value, own]) => ({
    value,
    spaces: [...new Set(own.map(({ copy }) => copy.tenant.id))].toSorted(),
  }));
  return values.toSorted((a, b) => b.spaces.length - a.spaces.length || (a.value < b.value ? -1 : 1));
}

/** What the space has, on a line or a few. */
function wordsOf(edit: CopyEdit): string {
  if (edit.lines !== undefined)
    return edit.lines.come.length === 0 ? "these lines removed" : edit.lines.come.join("\n");
  const { here = "" } = edit;
  if (here === "") return "nothing";
  const unit = /^\s*[\d.]+\s*$/.test(here) ? unitOfField(nameEdit(edit).fieldName) : "";
  return unit === "" ? here : `${here.trim()} ${here.trim() === "1" ? unit.replace(/s$/, "") : unit}`;
}

function describeDeed(cluster: EditCluster, values: Values): string {
  const [first] = cluster.members;
  if (first === undefined) return "";
  const { edit } = first;
  const { thing, list, field } = nameEdit(edit);
  const item = list === "" ? thing : `the ${list} ${thing}`;
  if (cluster.by === "added") return describeAdded(cluster.members);
  if (cluster.by === "secret")
    return edit.isWhole ? `changed ${item}` : `gave the ${field} of ${thing} a secret of their own`;
  if (edit.what === "moved")
    return edit.isWhole ? `moved ${item}${describeTo(values, cluster)}` : describeOrder(edit, values);
  if (edit.isWhole) return `removed ${item}`;
  if (edit.what === "renamed") return `renamed ${item}${describeTo(values, cluster)}`;
  const place = `the ${field} of ${thing}`;
  if (cluster.by === "lines") return `changed the same in ${place}: ${describeLines(edit)}`;
  if (cluster.by === "gone")
    return `changed the same lines of ${place}, each in their own way: ${quoteLines(edit.lines?.gone)}`;
  const verb = cluster.by === "raised" || cluster.by === "lowered" ? cluster.by : verbOf(cluster.members);
  if (verb === "emptied") return `emptied ${place}`;
  if (edit.lines !== undefined) return `changed ${place}, each in their own way`;
  return `${verb} ${place}${describeTo(values, cluster)}`;
}

function verbOf(members: readonly OwnEdit[]): "set" | "changed" | "emptied" {
  if (members.every(({ edit }) => edit.here === undefined)) return "emptied";
  return members.every(({ edit }) => edit.had === undefined) ? "set" : "changed";
}

/** ` to between 20 and 30 minutes`, ` to "Fast"`, `: 6 to "Fast", 3 to "Slow"`. */
function describeTo(values: Values, { members }: EditCluster): string {
  const [only, second] = values;
  if (only === undefined) return "";
  if (second === undefined) return ` to ${quote(only.value)}`;
  const range = describeRange(members);
  if (range !== undefined) return ` to between ${range}`;
  const common = describeCommon(values.map(({ value }) => value));
  const top = values.slice(0, 3).map(({ value, spaces }) => `${spaces.length} to ${quote(value)}`);
  const rest = values.length > 3 ? `, and ${values.length - 3} more values` : "";
  const like = common === undefined || values.length < 3 ? "" : `, all like ${quote(common)}`;
  return `${like}: ${top.join(", ")}${rest}`;
}

/** Of numbers, times and sizes of one family, the smallest and the largest. */
function describeRange(members: readonly OwnEdit[]): string | undefined {
  const known = members.flatMap(({ edit }) => {
    const quantity = readQuantity(edit.here ?? "");
    return quantity === undefined ? [] : [{ ...quantity, text: wordsOf(edit) }];
  });
  if (known.length < members.length || new Set(known.map(({ family }) => family)).size > 1) return undefined;
  const sorted = known.toSorted((a, b) => a.size - b.size);
  const [least = "", most = ""] = [sorted[0]?.text, sorted.at(-1)?.text];
  const unit = /\s[a-z]+$/i.exec(most)?.[0] ?? "";
  return `${unit !== "" && least.endsWith(unit) ? least.slice(0, -unit.length) : least} and ${most}`;
}

function quote(text: string): string {
  const line = text.split("\n")[0] ?? "";
  const shown = line.length > 80 ? `${line.slice(0, 80)}…` : line;
  return /^[\d.:]+( [a-z%]+)?$/i.test(shown) || shown === "nothing" || /^the .*"$/.test(shown) ? shown : `"${shown}"`;
}

function quoteLines(lines: readonly string[] = []): string {
  const shown = lines.slice(0, 2).map((line) => `"${line.trim().slice(0, 80)}"`);
  return `${shown.join(" and ")}${lines.length > 2 ? ` and ${lines.length - 2} more lines` : ""}`;
}

function describeLines({ lines = { gone: [], come: [] } }: CopyEdit): string {
  if (lines.come.length === 0) return `${quoteLines(lines.gone)} removed`;
  return lines.gone.length === 0
    ? `${quoteLines(lines.come)} added`
    : `${quoteLines(lines.gone)} became ${quoteLines(lines.come)}`;
}

function describeOrder(edit: CopyEdit, values: Values): string {
  const { thing, list, name } = nameEdit(edit);
  const of = list === "" ? thing : `"${name}"`;
  const [only, second] = values;
  const how = only === undefined || second !== undefined ? "" : `: ${only.value}`;
  return `changed the order of the ${listOf(edit)}s of ${of}${how}`;
}

function describeAdded(members: readonly OwnEdit[]): string {
  const [first] = members;
  const name = first?.edit.item?.name ?? "";
  const names = [...new Set(members.flatMap(({ edit }) => edit.item?.name ?? []))];
  const isOneName = names.every((other) => isSameName(other, name));
  const what = first === undefined ? "" : listOf(first.edit);
  const others = isOneName
    ? ""
    : `, also called ${names
        .filter((other) => other !== name)
        .slice(0, 3)
        .join(", ")}`;
  return `added ${/^[aeiou]/.test(what) ? "an" : "a"} ${what} "${name}"${others}${describePosition(members)}`;
}

function describePosition(members: readonly OwnEdit[]): string {
  const items = members.flatMap(({ edit }) => edit.item ?? []);
  if (items.every(({ isLast }) => isLast === true)) return " at the end";
  const after = new Set(items.map((item) => item.after));
  const [only] = after;
  if (after.size !== 1 || only === undefined) return "";
  return only === "" ? " at the start" : ` after "${only}"`;
}
