import { escapePattern } from "../graph/name-patterns.ts";
import { ownChangesVariable } from "../octopus/needed-variables.ts";
import type { EditCluster, OwnEdit } from "./cluster-edits.ts";
import type { CopyEdit } from "./copy-edits.ts";
import type { FleetDesirePath } from "./fleet-report.ts";
import { listOf, nameEdit, pathOfEdit } from "./name-edit.ts";
import { readQuantity } from "./read-quantity.ts";
import { renderCsv } from "./report-tables.ts";

type Help = FleetDesirePath["helps"][number];
type Values = FleetDesirePath["values"];

/** What can be done about what many changed alike: each is ready to be carried out. */
export function helpWith(cluster: EditCluster, values: Values): Help[] {
  const [first] = cluster.members;
  if (first === undefined) return [];
  return [takeIn(cluster, values), ...makeVariable(cluster, values), accept(first.edit)];
}

function takeIn({ by, members }: EditCluster, values: Values): Help {
  const title = "Take it into the template";
  const [first] = members;
  if (first === undefined) return { title, text: "" };
  const { edit } = first;
  const { thing, list, field, fieldName, resource } = nameEdit(edit);
  const item = list === "" ? thing : `the ${list} ${thing}`;
  const where = list === "" ? "" : `In ${resource}: `;
  const after = " Then serialize and deploy it: copies that have it already stay as they are.";
  if (by === "added") return { title, text: `${where}${tellAddition(members)}${after}` };
  if (edit.isWhole && edit.what === "removed") return { title, text: `${where}remove ${item}.${after}` };
  if (edit.what === "moved")
    return {
      title,
      text: `${where}move ${edit.isWhole ? item : `the ${listOf(edit)}s`}: ${values[0]?.value ?? ""}.${after}`,
    };
  if (by === "secret")
    return {
      title,
      text: `${where}set the ${field} of ${thing}. What the spaces have there is a secret, which nobody can read.`,
    };
  if (edit.what === "renamed") return { title, text: `${where}rename ${item} to "${values[0]?.value ?? ""}".${after}` };
  if (edit.lines !== undefined)
    return { title, text: `${where}in the ${field} of ${thing}:\n${tellLines(mostCommon(members))}` };
  const best = chooseValue(by, members, values);
  const from = edit.had === undefined ? "nothing" : `"${edit.had}"`;
  return {
    title,
    text: `${where}set the ${field} of ${thing} (\`${fieldName}\`) from ${from} to "${best.value}"${best.why}.${after}`,
  };
}

/** The largest serves all who raised it; else what most have. */
function chooseValue(
  by: EditCluster["by"],
  members: readonly OwnEdit[],
  values: Values,
): { value: string; why: string } {
  const sizes = members.flatMap(({ edit }) => {
    const quantity = readQuantity(edit.here ?? "");
    return quantity === undefined ? [] : [{ size: quantity.size, here: edit.here ?? "" }];
  });
  const sorted = sizes.toSorted((a, b) => a.size - b.size);
  const extreme = by === "raised" ? sorted.at(-1) : by === "lowered" ? sorted[0] : undefined;
  if (extreme !== undefined && values.length > 1)
    return { value: extreme.here, why: ", which is enough for all of them" };
  const common = mostCommon(members).here ?? "";
  return { value: common, why: values.length > 1 ? ", which most of them have" : "" };
}

/** What most have; of several the same, the first in order. */
function mostCommon(members: readonly OwnEdit[]): CopyEdit {
  const counts = new Map<string, { count: number; edit: CopyEdit }>();
  for (const { edit } of members) {
    const known = counts.get(edit.digest ?? "");
    counts.set(edit.digest ?? "", { count: (known?.count ?? 0) + 1, edit: known?.edit ?? edit });
  }
  const [most] = [...counts.values()].toSorted((a, b) => b.count - a.count);
  return most?.edit ?? { kind: "", key: [], what: "changed", isWhole: false, place: "", path: [], isConflict: false };
}

function tellLines({ lines = { gone: [], come: [] } }: CopyEdit): string {
  return [...lines.gone.map((line) => `- ${line}`), ...lines.come.map((line) => `+ ${line}`)].join("\n");
}

function tellAddition(members: readonly OwnEdit[]): string {
  const common = mostCommon(members);
  const { item, isSecret } = common;
  const what = listOf(common);
  const type = item === undefined || item.type === "" ? "" : ` (${item.type})`;
  const place =
    item?.isLast === true
      ? " at the end"
      : item?.after === undefined || item.after === ""
        ? ""
        : ` after "${item.after}"`;
  const body =
    isSecret === true || members.some(({ edit }) => edit.isSecret === true)
      ? ""
      : `, as most have it:\n${common.here ?? ""}\n`;
  return `add a ${what} "${item?.name ?? ""}"${type}${place}${body === "" ? "." : body}`;
}

/** For values that a text can hold and that may differ from space to space. */
function makeVariable({ by, members }: EditCluster, values: Values): Help[] {
  const [first] = members;
  if (first === undefined || by === "secret" || values.length === 0) return [];
  const { edit } = first;
  if (edit.isWhole && edit.what === "added") return makeOptional(members);
  const isPlain = !edit.isWhole && edit.what !== "renamed" && edit.what !== "moved" && edit.lines === undefined;
  if (!isPlain || members.some(({ edit: own }) => isReferred(own.here) || (own.here ?? "").includes("\n"))) return [];
  const { thing, list, name, field, fieldName } = nameEdit(edit);
  const isVariable = list === "variable" && fieldName === "Value";
  const variable = isVariable ? name : toVariableName(list === "" ? "" : name, field);
  const rows = members.map(({ copy, edit: own }) => [copy.tenant.name, variable, own.here ?? ""]);
  const inTemplate = isVariable
    ? `In the template nothing changes: "${variable}" keeps "${edit.had ?? ""}" for those without a value of their own.`
    : `In the template: add the project variable "${variable}" with the value "${edit.had ?? ""}", and set the ${field} of ${thing} to #{${variable}}.`;
  return [
    {
      title: "Make it a tenant variable",
      text: [
        inTemplate,
        `In a library variable set of the management space: add the variable template "${variable}" (single-line text, default "${edit.had ?? ""}").`,
        `In the mapping: variables: [{ name: "${variable}", value: { variable: "${variable}" } }]`,
        "Values:",
        toCsv(["Tenant", "Variable", "Value"], rows),
      ].join("\n"),
    },
  ];
}

function isReferred(here = ""): boolean {
  return /^the [a-z ]+ "/.test(here);
}

/** A step that some want is in the template for all, and runs where the tenant says so. */
function makeOptional(members: readonly OwnEdit[]): Help[] {
  const [first] = members;
  if (first === undefined || listOf(first.edit) !== "step") return [];
  const name = first.edit.item?.name ?? "";
  const variable = toVariableName(name, "is wanted");
  const rows = members.map(({ copy }) => [copy.tenant.name, variable, "True"]);
  return [
    {
      title: "Make it a tenant variable",
      text: [
        `In the template: add the project variable "${variable}" with the value "False", and the step "${name}" with the run condition "Variable": #{if ${variable} == "True"}true#{/if}`,
        `In a library variable set of the management space: add the variable template "${variable}" (checkbox, default False).`,
        `In the mapping: variables: [{ name: "${variable}", value: { variable: "${variable}" } }]`,
        "Values:",
        toCsv(["Tenant", "Variable", "Value"], rows),
      ].join("\n"),
    },
  ];
}

/** `SmokeTest.TimeLimit`. */
function toVariableName(...parts: readonly string[]): string {
  const words = parts.map((part) =>
    (part.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(""),
  );
  return words.filter((part) => part !== "").join(".") || "Own";
}

function toCsv(columns: string[], rows: string[][]): string {
  const sorted = rows.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  return renderCsv({ name: "values", columns, rows: sorted })
    .replace("\u{feff}", "")
    .replaceAll("\r\n", "\n")
    .trimEnd();
}

function accept(edit: CopyEdit): Help {
  return {
    title: "Accept it as the spaces' own",
    text: `Add this line to the variable ${ownChangesVariable} of these tenants (many lines of text, in a library variable set), and it is not told any more:\n${escapePattern(pathOfEdit(edit))}`,
  };
}
