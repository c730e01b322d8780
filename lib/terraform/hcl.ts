/** A piece of Terraform's language that is written as it stands: `var.octopus_server`. */
export interface HclExpression {
  expression: string;
}

/** Text with expressions in it. */
export interface HclTemplate {
  template: readonly (string | HclExpression)[];
}

/** An object or a map; its keys are written as texts unless they are identifiers. */
export interface HclObject {
  entries: Readonly<Record<string, HclValue>>;
}

export type HclValue = string | number | boolean | HclExpression | HclTemplate | HclObject | readonly HclValue[];

/** `resource "type" "label" { … }`: attributes first, nested blocks after them, both in the order given. */
export interface HclBlock {
  type: string;
  labels?: readonly string[];
  /** Those that are undefined are not written. */
  attributes?: Readonly<Record<string, HclValue | undefined>>;
  blocks?: readonly HclBlock[];
  /** Of a resource that says a part of something: what tells it from the others. It is not written. */
  part?: readonly string[];
}

/** Marks text as a piece of the language. */
export function expression(text: string): HclExpression {
  return { expression: text };
}

/** An object of what is defined. */
export function object(attributes: Readonly<Record<string, HclValue | undefined>>): HclObject {
  const entries = Object.entries(attributes).flatMap(([name, value]): [string, HclValue][] =>
    value === undefined ? [] : [[name, value]],
  );
  return { entries: Object.fromEntries(entries) };
}

/** A list that is not written when it is empty. */
export function unlessEmpty(values: readonly HclValue[]): readonly HclValue[] | undefined {
  return values.length === 0 ? undefined : values;
}
