import { manifestFileName } from "../graph/manifest.ts";
import type { PackageFiles } from "../graph/package-archive.ts";
import { isJsonObject, isSameJson, type JsonObject, type JsonValue } from "../model/json.ts";

/** Whether two packages bring the same to a space; which version of this tool made them, what the source's space is called, and their own versions do not count. */
export function isSamePackage(a: PackageFiles, b: PackageFiles): boolean {
  return a.size === b.size && [...a].every(([path, content]) => isSameFile(path, [content, b.get(path)]));
}

function isSameFile(path: string, [one, other]: [string, string | undefined]): boolean {
  if (one === other) return true;
  if (path !== manifestFileName || other === undefined) return false;
  const [first, second] = [readEssence(one), readEssence(other)];
  return first !== undefined && second !== undefined && isSameJson(first, second);
}

/** The manifest without what tells its reader where it comes from; undefined for what is none. */
function readEssence(text: string): JsonObject | undefined {
  const manifest = parseJson(text);
  if (!isJsonObject(manifest)) return undefined;
  const { generator: _, source, package: own, ...essence } = manifest;
  const id = isJsonObject(own) ? (own["id"] ?? null) : null;
  return { ...essence, package: id, source: isJsonObject(source) ? withoutSpaceName(source) : null };
}

function withoutSpaceName(source: JsonObject): JsonObject {
  if (!isJsonObject(source["space"])) return source;
  const { name: _, ...space } = source["space"];
  return { ...source, space };
}

function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
