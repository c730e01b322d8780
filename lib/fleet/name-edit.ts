import { wordsOfField } from "../resources/field-words.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";
import type { CopyEdit } from "./copy-edits.ts";

/** Lists of the API, with what people call one of their items. */
const lists: Readonly<Record<string, string>> = {
  Steps: "step",
  Actions: "action",
  Variables: "variable",
  Templates: "variable template",
  Phases: "phase",
  Packages: "package",
  Rules: "rule",
  Parameters: "parameter",
};

/** What an edit is about, as people say it. */
export interface EditNames {
  /** The innermost thing with a name: `"Smoke test"`, `the project "Hello World"`. */
  thing: string;
  /** The same alone: `Smoke test`. */
  name: string;
  /** Of which list: `step`; "" for a resource. */
  list: string;
  /** `time limit`; "" for the whole of it. */
  field: string;
  /** As the API calls it. */
  fieldName: string;
  /** The resource: `the deployment process of "Hello World"`. */
  resource: string;
}

export function nameEdit({ kind, key, path, isWhole }: Pick<CopyEdit, "kind" | "key" | "path" | "isWhole">): EditNames {
  const resource = describeByKind({ kind, key });
  const at = path.findLastIndex((part, index) => Object.hasOwn(lists, part) && index + 1 < path.length);
  const rest = path.slice(at < 0 ? 0 : at + 2).filter((part) => part !== "Properties" && part !== "Values");
  const list = at < 0 ? "" : (lists[path[at] ?? ""] ?? "");
  const name = at < 0 ? (key.at(-1) ?? "") : (path[at + 1] ?? "");
  const fields = isWhole ? [] : rest;
  return {
    thing: at < 0 ? resource : `"${name}"`,
    name,
    list,
    field: fields.map(wordsOfField).join(" › "),
    fieldName: fields.at(-1) ?? "",
    resource,
  };
}

/** The list that something was added to or whose order is another one: `steps`. */
export function listOf({ path, isWhole }: Pick<CopyEdit, "path" | "isWhole">): string {
  const name = (isWhole ? path.at(-2) : path.at(-1)) ?? "";
  return lists[name] ?? wordsOfField(name).replace(/s$/, "");
}

/** What a line of a space's own decisions is compared with: `Smoke test › time limit`. */
export function pathOfEdit(edit: CopyEdit): string {
  const { thing, name, field, list } = nameEdit(edit);
  const shown = edit.isWhole && edit.item !== undefined ? edit.item.name : list === "" ? thing : name;
  return [shown, field].filter((part) => part !== "").join(" › ");
}
