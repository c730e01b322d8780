import type { JsonValue } from "../model/json.ts";
import { labelOf } from "../resources/fields.ts";
import { describeLoss, findLost, splitText, type Lost } from "./find-lost.ts";
import type { Place, Pruned } from "./prune.ts";

/** Ids, tags or names without those of what stays behind. What the field must have stays, so that reading says what is missing. */
export function pruneTexts(name: string, value: JsonValue, place: Place): Pruned {
  const { field } = place;
  const lost = field.whenGone === undefined ? [] : findLost(value, place);
  if (lost.length === 0) return { value };
  const losing = { lost, label: labelOf(field, name), place };
  if (Array.isArray(value)) return pruneList(value, losing);
  if (typeof value === "string" && field.isCommaList === true) return pruneCommaList(value, losing);
  return pruneOne(name, losing);
}

function pruneOne(name: string, { lost, label, place: { field, pruning, about } }: Losing): Pruned {
  const fate = describeLoss(lost, { isPlural: false });
  if (field.whenGone === "leaveOut") return { loss: `its ${label} ${fate}` };
  pruning.remark(about, `${name} is left out: it refers to something that ${fate}`);
  return {};
}

function pruneList(list: JsonValue[], losing: Losing): Pruned {
  const { lost, label, place } = losing;
  const kept = list.filter((item) => !lost.some(({ text }) => text === item));
  if (kept.length > 0 || place.field.whenGone !== "leaveOut") return keep(kept, losing);
  const fate = describeLoss(lost, { isPlural: true });
  return { loss: `it is only for ${label} that ${fate}, and without them it would be for all` };
}

/** A list that would lose its last element stays: reading it will say what is missing. */
function pruneCommaList(value: string, losing: Losing): Pruned {
  const kept = splitText(value, losing.place.field).filter((part) => !losing.lost.some(({ text }) => text === part));
  return kept.length === 0 ? { value } : keep(kept.join(","), losing);
}

/** Only what is missing is told: what was excluded was asked for. */
function keep(value: JsonValue, { lost, label, place: { pruning, about } }: Losing): Pruned {
  const missing = lost.filter(({ isMissing }) => isMissing);
  if (missing.length > 0)
    pruning.remark(about, `its ${label} are without what ${describeLoss(missing, { isPlural: false })}`);
  return { value };
}

interface Losing {
  lost: Lost[];
  label: string;
  place: Place;
}
