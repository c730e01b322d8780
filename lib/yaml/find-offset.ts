import { isMap, isPair, isScalar, type Document, type Node, type Pair, type YAMLMap } from "yaml";
import type { Problem } from "./problem.ts";

/** Where in the text a problem is: its own place, or that of the nearest thing around it. */
export function findOffset(document: Document.Parsed, { path, isAboutKey }: Problem): number {
  if (isAboutKey === true) {
    const pair = findPair(document.getIn(path.slice(0, -1), true) ?? document.contents, path.at(-1));
    if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
  }
  for (let end = path.length; end > 0; end -= 1) {
    const node = document.getIn(path.slice(0, end), true);
    if (hasRange(node)) return node.range?.[0] ?? 0;
  }
  return document.contents?.range[0] ?? 0;
}

function findPair(map: unknown, key: string | number | undefined): Pair | undefined {
  if (!isMap(map)) return undefined;
  const entries: YAMLMap["items"] = map.items;
  return entries.find((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === key);
}

function hasRange(node: unknown): node is Node {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}
