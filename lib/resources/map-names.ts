import { bodyField } from "./fields.ts";
import type { Field } from "./field.ts";
import { resourceKinds } from "./index.ts";

/** Whether some kind has an object of that name whose fields people or steps name: in it, an empty text is a value. */
export function isMapName(name: string): boolean {
  return mapNames.has(name);
}

function listMapNames({ fields = {} }: Field): string[] {
  return Object.entries(fields).flatMap(([name, field]) => (field.isMap === true ? [name] : listMapNames(field)));
}

const mapNames = new Set(resourceKinds.flatMap((kind) => listMapNames(bodyField(kind))));
