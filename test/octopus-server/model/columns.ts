import type { Resource } from "./collection.ts";

/** What documents are chosen by. */
export type DocumentFilter =
  /** A text that is read from each of them; asked once for each text that there is. */
  | { by: "text"; name: string; accepts: (text: string) => boolean }
  /** A number or a time, ends included; what has none is not chosen. */
  | { by: "number"; name: string; from: number | undefined; to: number | undefined }
  | { by: "document"; accepts: (document: Resource) => boolean };

/** What documents of a kind can be chosen by without looking at each of them. */
export interface ColumnPlan {
  texts: Readonly<Record<string, (document: Resource) => string>>;
  /** NaN for none. */
  numbers: Readonly<Record<string, (document: Resource) => number>>;
  /** From now on it is only replaced, not changed in its place. */
  isSettled: (document: Resource) => boolean;
}

/** Documents of which only a page is looked at. */
export type Chosen = Pick<readonly Resource[], "length" | "slice">;

/** Chooses among very many documents in little time. */
export interface Columns {
  /** The last ones first. @param documents - grown at its end, or another list */
  choose(documents: readonly Resource[], filters: readonly DocumentFilter[]): Chosen;
}

/** Chooses by looking at each document. */
export function chooseOneByOne(
  documents: readonly Resource[],
  filters: readonly DocumentFilter[],
  plan: ColumnPlan,
): Resource[] {
  const checks = filters.map((filter) => checkOf(filter, plan));
  const chosen: Resource[] = [];
  for (let position = documents.length - 1; position >= 0; position--) {
    const document = documents[position];
    if (document !== undefined && checks.every((check) => check(document))) chosen.push(document);
  }
  return chosen;
}

function checkOf(filter: DocumentFilter, plan: ColumnPlan): (document: Resource) => boolean {
  if (filter.by === "document") return filter.accepts;
  if (filter.by === "text") {
    const read = textReader(plan, filter.name);
    return (document) => filter.accepts(read(document));
  }
  const read = numberReader(plan, filter.name);
  const { from = -Infinity, to = Infinity } = filter;
  return (document) => {
    const number = read(document);
    return number >= from && number <= to;
  };
}

function textReader({ texts }: ColumnPlan, name: string): (document: Resource) => string {
  const read = texts[name];
  if (read === undefined) throw new Error(`There is no column ${name}.`);
  return read;
}

function numberReader({ numbers }: ColumnPlan, name: string): (document: Resource) => number {
  const read = numbers[name];
  if (read === undefined) throw new Error(`There is no column ${name}.`);
  return read;
}

/** One value a document, in the order of the documents. */
interface TextColumn {
  read: (document: Resource) => string;
  /** Numbers that stand for texts. */
  codes: Int32Array<ArrayBuffer>;
  codeOf: Map<string, number>;
}

interface NumberColumn {
  read: (document: Resource) => number;
  values: Float64Array<ArrayBuffer>;
  /** None is less than the one before it, so that what lies between two numbers lies together. */
  isAscending: boolean;
}

interface ColumnsState {
  plan: ColumnPlan;
  texts: Map<string, TextColumn>;
  numbers: Map<string, NumberColumn>;
  documents: readonly Resource[];
  /** How many of them are written into the columns. */
  count: number;
  /** Positions of those that may still change. */
  loose: Set<number>;
}

export function createColumns(plan: ColumnPlan): Columns {
  const state = emptyState(plan, []);
  return {
    choose(documents, filters) {
      if (documents !== state.documents || documents.length < state.count)
        Object.assign(state, emptyState(plan, documents));
      catchUp(state);
      const [range, others] = rangeOf(state, filters);
      let positions = lastFirst(range);
      for (const filter of others) positions = narrow(state, positions, filter);
      return {
        length: positions.length,
        slice: (start, end) => [...positions.subarray(start, end)].flatMap((position) => documents[position] ?? []),
      };
    },
  };
}

function emptyState(plan: ColumnPlan, documents: readonly Resource[]): ColumnsState {
  const entries = <Value>(readers: Readonly<Record<string, Value>>): [string, Value][] => Object.entries(readers);
  return {
    plan,
    texts: new Map(
      entries(plan.texts).map(([name, read]) => [name, { read, codes: new Int32Array(1024), codeOf: new Map() }]),
    ),
    numbers: new Map(
      entries(plan.numbers).map(([name, read]) => [name, { read, values: new Float64Array(1024), isAscending: true }]),
    ),
    documents,
    count: 0,
    loose: new Set(),
  };
}

/** Writes what is new, and anew what may have changed. */
function catchUp(state: ColumnsState): void {
  const { documents, loose } = state;
  makeRoom(state, documents.length);
  for (const position of loose) if (write(state, position)) loose.delete(position);
  for (; state.count < documents.length; state.count++) if (!write(state, state.count)) loose.add(state.count);
}

/** @returns whether it stays as it is */
function write({ plan, texts, numbers, documents }: ColumnsState, position: number): boolean {
  const document = documents[position];
  if (document === undefined) return true;
  for (const { read, codes, codeOf } of texts.values()) {
    const text = read(document);
    const known = codeOf.get(text) ?? codeOf.size;
    codeOf.set(text, known);
    codes[position] = known;
  }
  for (const column of numbers.values()) writeNumber(column, position, column.read(document));
  return plan.isSettled(document);
}

function writeNumber(column: NumberColumn, position: number, value: number): void {
  const { values } = column;
  const isInOrder = position === 0 ? !Number.isNaN(value) : value >= (values[position - 1] ?? Number.NaN);
  // What comes after it is looked at only when it is written anew.
  const isChanged = values[position] !== 0 && values[position] !== value;
  if (!isInOrder || isChanged) column.isAscending = false;
  values[position] = value;
}

function makeRoom({ texts, numbers }: ColumnsState, count: number): void {
  for (const column of texts.values())
    if (column.codes.length < count) {
      const codes = new Int32Array(count * 2);
      codes.set(column.codes);
      column.codes = codes;
    }
  for (const column of numbers.values())
    if (column.values.length < count) {
      const values = new Float64Array(count * 2);
      values.set(column.values);
      column.values = values;
    }
}

/** From where to before which position documents may pass, and the filters that are left to ask. */
function rangeOf(
  state: ColumnsState,
  filters: readonly DocumentFilter[],
): [range: { first: number; end: number }, others: DocumentFilter[]] {
  const range = { first: 0, end: state.count };
  const others = filters.filter((filter) => {
    const column = filter.by === "number" ? state.numbers.get(filter.name) : undefined;
    if (filter.by !== "number" || column?.isAscending !== true) return true;
    const { from = -Infinity, to = Infinity } = filter;
    range.first = Math.max(
      range.first,
      positionOf(column.values, state.count, (value) => value >= from),
    );
    range.end = Math.min(
      range.end,
      positionOf(column.values, state.count, (value) => value > to),
    );
    return false;
  });
  return [range, others];
}

/** The first position at which what is so from some position on is so. */
function positionOf(values: Float64Array, count: number, isSo: (value: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isSo(values[middle] ?? Number.NaN)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function lastFirst({ first, end }: { first: number; end: number }): Int32Array<ArrayBuffer> {
  const positions = new Int32Array(Math.max(0, end - first));
  for (let index = 0; index < positions.length; index++) positions[index] = end - 1 - index;
  return positions;
}

/** Leaves the positions of those that pass. */
function narrow(
  state: ColumnsState,
  positions: Int32Array<ArrayBuffer>,
  filter: DocumentFilter,
): Int32Array<ArrayBuffer> {
  if (filter.by === "text") return narrowByText(state.texts.get(filter.name), positions, filter.accepts);
  if (filter.by === "number") return narrowByNumber(state.numbers.get(filter.name), positions, filter);
  return positions.filter((position) => {
    const document = state.documents[position];
    return document !== undefined && filter.accepts(document);
  });
}

function narrowByText(
  column: TextColumn | undefined,
  positions: Int32Array<ArrayBuffer>,
  accepts: (text: string) => boolean,
): Int32Array<ArrayBuffer> {
  if (column === undefined) throw new Error("There is no such column.");
  const { codes, codeOf } = column;
  const isAccepted = Uint8Array.from(codeOf.keys(), (text) => Number(accepts(text)));
  if (isAccepted.every((is) => is === 1)) return positions;
  let kept = 0;
  for (let index = 0; index < positions.length; index++) {
    const position = positions[index] ?? 0;
    if (isAccepted[codes[position] ?? 0] === 1) positions[kept++] = position;
  }
  return positions.subarray(0, kept);
}

function narrowByNumber(
  column: NumberColumn | undefined,
  positions: Int32Array<ArrayBuffer>,
  { from = -Infinity, to = Infinity }: { from: number | undefined; to: number | undefined },
): Int32Array<ArrayBuffer> {
  if (column === undefined) throw new Error("There is no such column.");
  const { values } = column;
  let kept = 0;
  for (let index = 0; index < positions.length; index++) {
    const position = positions[index] ?? 0;
    const value = values[position] ?? Number.NaN;
    if (value >= from && value <= to) positions[kept++] = position;
  }
  return positions.subarray(0, kept);
}
