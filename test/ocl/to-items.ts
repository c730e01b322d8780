import type { OclItem as ReadItem, OclValue as ReadValue } from "../../lib/ocl/read-ocl.ts";
import type { OclItem, OclValue } from "../octopus-server/ocl/items.ts";

/** What was read as the local Octopus has it, which reads with code of its own: where each thing stands is left out. */
export function toItems(items: readonly ReadItem[]): OclItem[] {
  return items.map((item) =>
    item.kind === "attribute"
      ? { kind: "attribute", name: item.name, value: toValue(item.value) }
      : {
          kind: "block",
          name: item.name,
          labels: item.labels.map(({ value }) => value),
          items: toItems(item.items),
        },
  );
}

function toValue(value: ReadValue): OclValue {
  if (value.kind === "text") return value.value;
  if (value.kind === "list") return value.items.map(toValue);
  if (value.kind === "dictionary")
    return Object.fromEntries(value.entries.map((entry) => [entry.key, toValue(entry.value)]));
  const words: Readonly<Record<string, OclValue>> = { null: null, true: true, false: false };
  return Object.hasOwn(words, value.word) ? (words[value.word] ?? null) : Number(value.word);
}
