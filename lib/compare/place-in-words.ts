import { wordsOfField } from "../resources/field-words.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { findItemList } from "./keyed-items.ts";

/** Where something is in a resource, as people say it. */
export interface PlaceInWords {
  /** The API's name of the innermost list: `Variables`; "" for the resource itself. */
  list: string;
  /** The items that it is in: `Say hello`. */
  item: string;
  /** `Script`; "" for the whole of the item. */
  field: string;
}

/** @param path - field names and item names, as differences have it */
export function placeInWords(kind: ResourceKind, path: readonly string[]): PlaceInWords {
  const fields: string[] = [];
  const items: string[] = [];
  let [list, start, isName] = ["", 0, false];
  path.forEach((part, index) => {
    if (isName) {
      // The action of a step is called as the step is.
      if (items.at(-1) !== part) items.push(part);
      start = index + 1;
      list = fields.at(-1) ?? "";
    } else fields.push(part);
    isName = !isName && findItemList(kind, fields) !== undefined;
  });
  const words = path.slice(start).filter((part) => part !== "Properties" && part !== "Values");
  return { list, item: items.join(" › "), field: capitalizeField(words.map(wordsOfField).join(" › ")) };
}

function capitalizeField(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
