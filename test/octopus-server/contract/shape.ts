/** What a value is, in the words of the published contract. */
export interface Shape {
  /** `string`, `integer`, `number`, `boolean`, `dateTime`, `object`, `array`, `any`, or the name of a type of the area. */
  type: string;
  required?: boolean | undefined;
  /** The texts that it may be; of a list, those that its items may be. */
  enum?: readonly string[] | undefined;
  items?: Shape | undefined;
  /** `*` stands for any field that is not named; an object without fields may hold anything. */
  fields?: Shapes | undefined;
}

export type Shapes = Readonly<Record<string, Shape>>;

/** How a collection that is read page by page answers (octopus-rest-api.md: "Paged"). */
function pageOf(items: Shape): Shape {
  const integer: Shape = { type: "integer" };
  return {
    type: "object",
    fields: {
      ItemType: { type: "string" },
      TotalResults: { ...integer, required: true },
      ItemsPerPage: integer,
      NumberOfPages: integer,
      LastPageNumber: integer,
      Items: { ...listOf(items), required: true },
      Links: { type: "object" },
    },
  };
}

function listOf(items: Shape): Shape {
  return { type: "array", items };
}

/**
 * Reads a shape that is written as one text: `string[]`, `@Project`, `page @Project`, `list {Id:string}`, `object[]@Task`, `enum(On|Off)`,
 * `{Errors:string[] Total:integer}`.
 * @throws for what is none
 */
export function parseShape(text: string): Shape {
  const reader = createReader(text);
  const shape = readShape(reader);
  if (!reader.isAtEnd()) throw reader.refusal();
  return shape;
}

interface Reader {
  /** @returns what stands here, which is then behind us; undefined when it is something else */
  take(pattern: RegExp): string | undefined;
  isAtEnd(): boolean;
  refusal(): Error;
}

function createReader(text: string): Reader {
  let at = 0;
  return {
    take(pattern) {
      const found = new RegExp(pattern.source, "y");
      found.lastIndex = at;
      const match = found.exec(text);
      if (match === null) return undefined;
      at = found.lastIndex;
      return match[1] ?? match[0];
    },
    isAtEnd: () => at === text.length,
    refusal: () => new Error(`The contract says "${text}", which is no shape from "${text.slice(at)}" on.`),
  };
}

function readShape(reader: Reader): Shape {
  if (reader.take(/page /) !== undefined) return pageOf(readShape(reader));
  if (reader.take(/list /) !== undefined) return listOf(readShape(reader));
  const name = reader.take(/\w+/);
  if (name === "enum") return readLists(reader, { type: "string", enum: readEnum(reader) });
  const isList = reader.take(/\[\]/) !== undefined;
  const inner = readInner(reader) ?? (name === undefined ? undefined : { type: name });
  if (inner === undefined) throw reader.refusal();
  return readLists(reader, isList ? listOf(inner) : inner);
}

/** What follows a word such as `object`: its fields, or which type it is. */
function readInner(reader: Reader): Shape | undefined {
  const type = reader.take(/@(\w+)/);
  if (type !== undefined) return { type };
  return reader.take(/\{/) === undefined ? undefined : { type: "object", fields: readFields(reader) };
}

function readFields(reader: Reader): Shapes {
  const fields: Record<string, Shape> = {};
  while (reader.take(/\}/) === undefined) {
    const name = reader.take(/([\w*]+):/);
    if (name === undefined) throw reader.refusal();
    fields[name] = readShape(reader);
    reader.take(/ /);
  }
  return fields;
}

function readEnum(reader: Reader): string[] {
  return (reader.take(/\(([^)]*)\)/) ?? "").split("|");
}

function readLists(reader: Reader, shape: Shape): Shape {
  return reader.take(/\[\]/) === undefined ? shape : readLists(reader, listOf(shape));
}
