import type { JsonValue } from "../model/json.ts";
import { isByPeople } from "../resources/fields.ts";
import { isEmpty } from "./is-same.ts";
import {
  below,
  change,
  describeChange,
  isInMap,
  isSameAt,
  isTaken,
  keep,
  keepUnsaid,
  type Place,
} from "./merge-place.ts";
import { isMergeable, type History, type States, type Was } from "./merge-states.ts";

/** As one value: nobody's takes what is desired, and a person's stays. */
export function mergeValue(
  place: Place,
  { desired, current, history }: States<JsonValue | undefined>,
): JsonValue | undefined {
  const overwrite = isTaken(place);
  if (!overwrite && !isUntouched(place, current, history)) {
    keep(place, { desired, current, history }, describeChange(current, desired));
    return current;
  }
  if (!overwrite && isAsAnswered(place, { desired, current, history })) return current;
  change(place, { desired, current, history }, describeChange(desired, current));
  return desired ?? (isInMap(place) ? undefined : null);
}

function isUntouched(place: Place, current: JsonValue | undefined, { base, pending }: History): boolean {
  if (base === undefined && pending.length === 0) return isEmpty(current);
  return (
    (base !== undefined && (isSameAt(place, base.space, current) || isNewlyKnown(base, current))) ||
    pending.some((value) => isSameAt(place, value, current))
  );
}

/** A server that dropped a field has it turned off once it knows it: that is nobody's work either. */
function isNewlyKnown({ template, space }: Was, current: JsonValue | undefined): boolean {
  return template !== undefined && space === undefined && current === false;
}

/** The server has made something else of the very same before: a field that it does not know, say. */
function isAsAnswered(place: Place, { desired, current, history: { base } }: States<JsonValue | undefined>): boolean {
  return base !== undefined && isSameAt(place, base.template, desired) && isSameAt(place, base.space, current);
}

/** Whether no snapshot has a value here, be it that there is none. */
export function isUnknown(place: Place, { base, pending }: History): boolean {
  return [base?.template, base?.space, ...pending].every((value) => isSameAt(place, value, undefined));
}

/** A field that neither the package nor the base has: a newer server's or, in a map of names and where only people fill in, a person's. */
export function keepUnknown(place: Place, states: States<JsonValue | undefined>): JsonValue | undefined {
  const isFilledIn = states.history.base !== undefined && holdsPeoples(place, states.current);
  if (isInMap(place) || isFilledIn) keepUnsaid(place, states);
  return states.current;
}

/** Of an object, whether there is such a value in it, whatever a newer server has beside that. */
function holdsPeoples(place: Place, value: JsonValue | undefined): boolean {
  if (isEmpty(value)) return false;
  if (isByPeople(place.merge.kind, place.fields)) return true;
  if (!isMergeable(value)) return false;
  // What a newer server describes of its own things is its own text.
  const inside = Object.entries(value).filter(([field]) => field !== "Description");
  return inside.some(([field, inner]) => holdsPeoples(below(place, field), inner));
}
