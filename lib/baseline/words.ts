import { isReference, isSecretMark, isText } from "../model/graph.ts";
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import { leaf, usually, type At, type Field } from "./value.ts";

// What a field may say by itself: texts, numbers, yes and no, choices.

const asItIs = { toBody: same, fromBody: same };

function same(value: JsonValue): JsonValue {
  return value;
}

const textWords = {
  wanted: "a text (put it in quotes if it looks like a number)",
  isSaid: (value: JsonValue) => typeof value === "string",
  toBody: same,
  fromBody: (value: JsonValue) => (typeof value === "string" ? value : undefined),
};

/** A text, which may be empty. */
export function text(at: At, about?: string): Field {
  return leaf(at, about, { ...textWords, schema: { type: "string" } });
}

/** A text of which each pattern has a sentence. */
export function textLike(at: At, about: string | undefined, pattern: string, wanted: string): Field {
  const isSaid = (value: JsonValue): boolean => typeof value === "string" && new RegExp(pattern).test(value);
  const field = leaf(at, about, { ...textWords, schema: { type: "string", pattern }, wanted, isSaid });
  const check: Field["check"] = (value, path) =>
    typeof value === "string" ? field.check(value, path) : text(at).check(value, path);
  return { ...field, check };
}

/** A text that says something. */
export function word(at: At, about?: string): Field {
  return textLike(at, about, "\\S", "a text that is not blank");
}

/** @param usual - what a new resource has without a word here */
export function flag(at: At, about?: string, usual = false): Field {
  const isSaid = (value: JsonValue): boolean => typeof value === "boolean";
  return usually(leaf(at, about, { ...asItIs, schema: { type: "boolean" }, wanted: "true or false", isSaid }), usual);
}

/** Whatever JSON can say, as long as it stands for nothing else. */
export function anything(at: At, about?: string): Field {
  const fromBody = (value: JsonValue): JsonValue | undefined => (isPlain(value) ? value : undefined);
  return leaf(at, about, { schema: {}, wanted: "anything", isSaid: () => true, toBody: same, fromBody });
}

function isPlain(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  if (isReference(value) || isText(value) || isSecretMark(value)) return false;
  return !isJsonObject(value) || Object.values(value).every(isPlain);
}

/** A flag which the API has as the texts `True` and `False`. */
export function flagText(at: At, about?: string): Field {
  const toBody = (value: JsonValue): JsonValue => (value === true ? "True" : "False");
  const fromBody = (value: JsonValue): JsonValue => /^true$/i.test(String(value));
  return { ...flag(at, about), toBody, fromBody, usual: "False" };
}

/** A whole number. */
export function count(at: At, about?: string, { least = 0, usual }: { least?: number; usual?: number } = {}): Field {
  const isWhole = (value: JsonValue): boolean => Number.isSafeInteger(value);
  const isSaid = (value: JsonValue): boolean => isWhole(value) && Number(value) >= least;
  const wanted = `${least} or more`;
  const words = { ...asItIs, schema: { type: "integer", minimum: least }, wanted, isSaid };
  const field = leaf(at, about, words);
  const whole = leaf(at, about, { ...words, wanted: "a whole number", isSaid: isWhole });
  const check: Field["check"] = (value, path) => (isWhole(value) ? field : whole).check(value, path);
  return { ...field, check, ...(usual !== undefined && { usual }) };
}

/** One of some words, each with what the API says for it. */
export function choice(at: At, about: string | undefined, words: Readonly<Record<string, JsonValue>>): Field {
  const names = Object.keys(words);
  return leaf(at, about, {
    schema: { type: "string", enum: names },
    wanted: `one of ${names.map((name) => `"${name}"`).join(", ")}`,
    isSaid: (value) => typeof value === "string" && Object.hasOwn(words, value),
    toBody: (value) => words[String(value)] ?? null,
    fromBody: (value) => names.find((name) => words[name] === value),
  });
}

/** {@link choice} of words that are the API's own, but for their first letters: `singleSelect` for `SingleSelect`. */
export function oneOf(at: At, about: string | undefined, words: readonly string[]): Field {
  return choice(at, about, Object.fromEntries(words.map((name) => [toWord(name), name])));
}

function toWord(name: string): string {
  return `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
}

/** Words of which each is {@link oneOf} some, in whatever order. */
export function anyOf(at: At, about: string | undefined, words: readonly string[]): Field {
  return anyOrder(many(oneOf(at, about, words)));
}

/** Texts, in an order that means something. */
export function texts(at: At, about?: string): Field {
  return many(text(at, about));
}

/** Texts whose order means nothing. */
export function textSet(at: At, about?: string): Field {
  return anyOrder(texts(at, about));
}

/** The list in the order in which it is read back: its own means nothing. */
export function anyOrder(field: Field): Field {
  return { ...field, toBody: (value, key) => sorted(field.toBody(value, key)) };
}

function sorted(value: JsonValue): JsonValue {
  return Array.isArray(value) ? value.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1)) : value;
}

/** A list of what the field is. */
export function many(field: Field): Field {
  return {
    ...field,
    schema: () => ({ type: "array", items: field.schema() }),
    check: (value, path) =>
      Array.isArray(value)
        ? value.flatMap((item, index) => field.check(item, [...path, index]))
        : listOf.check(value, path),
    toBody: (value, key) => (Array.isArray(value) ? value.map((item) => field.toBody(item, key)) : value),
    fromBody: (value, reading) => {
      const items = Array.isArray(value) ? value.map((item) => field.fromBody(item, reading)) : [undefined];
      const said = items.filter((item) => item !== undefined);
      return said.length === items.length ? said : undefined;
    },
  };
}

/** What is no list of anything is told so. */
const listOf = leaf("", undefined, {
  ...asItIs,
  schema: {},
  wanted: "a list, with a dash before each entry",
  isSaid: Array.isArray,
});

/** Names and values that people choose: the keys are nobody's but theirs. */
export function map(at: At, about?: string, value: Field = text("")): Field {
  const each = (object: JsonValue, change: (inner: JsonValue) => JsonValue | undefined): JsonValue | undefined => {
    if (!isJsonObject(object)) return undefined;
    const entries = Object.entries(object).map(([name, inner]) => [name, change(inner)] as const);
    const said = entries.flatMap(([name, inner]) => (inner === undefined ? [] : [[name, inner]]));
    return said.length === entries.length ? Object.fromEntries(said) : undefined;
  };
  const field = leaf(at, about, { ...asItIs, schema: {}, wanted: "a group of keys and values", isSaid: isJsonObject });
  return {
    ...field,
    schema: (): JsonObject => ({ type: "object", additionalProperties: value.schema() }),
    check: (object, path) =>
      isJsonObject(object)
        ? Object.entries(object).flatMap(([name, inner]) => value.check(inner, [...path, name]))
        : field.check(object, path),
    toBody: (object, key) => each(object, (inner) => value.toBody(inner, key)) ?? object,
    fromBody: (object, reading) => each(object, (inner) => value.fromBody(inner, reading)),
  };
}
