import { readFileSync } from "node:fs";
import * as z from "zod";
import { parseShape, type Shape, type Shapes } from "./shape.ts";

/** The REST API as Octopus publishes it. */
export interface Contract {
  readonly areas: Readonly<Record<string, Area>>;
  /** Every address of every endpoint, by method and number of segments, the most literal first. */
  readonly addresses: ReadonlyMap<string, readonly Address[]>;
}

/** A page of the reference: the names of its types mean something on this page only. */
export interface Area {
  readonly endpoints: readonly Endpoint[];
  readonly types: Readonly<Record<string, Shapes>>;
}

export interface Endpoint {
  area: string;
  method: string;
  /** Its first address, such as `/api/{spaceId}/projects/{projectId}`. */
  path: string;
  query: Shapes;
  /** Undefined where the reference tells of no JSON: nothing is sent, or a file. */
  body: Shape | undefined;
  status: readonly number[];
  /** `none` and `binary` are no JSON. */
  answer: Shape | "none" | "binary";
  note: string;
}

interface Address {
  endpoint: Endpoint;
  /** In lower case. */
  segments: readonly string[];
}

export interface FoundEndpoint {
  endpoint: Endpoint;
  /** The values of the segments that the path leaves open, as they were asked, by their names in lower case. */
  parameters: Readonly<Record<string, string>>;
}

const ShapeSchema: z.ZodType<Shape> = z
  .object({
    type: z.string(),
    required: z.boolean().optional(),
    enum: z.array(z.string()).optional(),
    get items() {
      return ShapeSchema.optional();
    },
    get fields() {
      return z.record(z.string(), ShapeSchema).optional();
    },
  })
  .transform((shape) => ({ ...shape, ...parseShape(shape.type) }));
const ShapesSchema = z.record(z.string(), ShapeSchema);
const EndpointSchema = z.object({
  method: z.string(),
  path: z.string(),
  aliases: z.array(z.string()).default([]),
  query: ShapesSchema.default({}),
  body: z.union([ShapesSchema, z.string()]).optional(),
  status: z.array(z.number()),
  answer: z.string(),
  note: z.string().default(""),
});
const Document = z.object({
  areas: z.record(
    z.string(),
    z.object({ endpoints: z.array(EndpointSchema), types: z.record(z.string(), ShapesSchema) }),
  ),
});

/** The contract in the file that `OCTOPUS_API_CONTRACT` names; undefined when it names none. */
export function readContract(): Contract | undefined {
  const path = process.env["OCTOPUS_API_CONTRACT"] ?? "";
  if (path === "") return undefined;
  return toContract(JSON.parse(readFileSync(path, "utf8"), inOneNotation));
}

/** The data writes "any key" in two ways, and names a list of choices that it does not have. */
function inOneNotation(key: string, value: unknown): unknown {
  if (key === "enum" && Array.isArray(value) && String(value[0]).startsWith("@")) return undefined;
  if (typeof value !== "object" || value === null || !("<key>" in value)) return value;
  return { "*": value["<key>"] };
}

/** @throws for what is no contract */
export function toContract(document: unknown): Contract {
  const areas: Record<string, Area> = {};
  const addresses: Address[] = [];
  for (const [area, { endpoints, types }] of Object.entries(Document.parse(document).areas)) {
    const read = endpoints.map((endpoint) => ({ endpoint: toEndpoint(area, endpoint), aliases: endpoint.aliases }));
    areas[area] = { endpoints: read.map(({ endpoint }) => endpoint), types };
    for (const { endpoint, aliases } of read)
      for (const address of [endpoint.path, ...aliases])
        addresses.push({ endpoint, segments: segmentsOf(address.toLowerCase()) });
  }
  return { areas, addresses: groupAddresses(addresses) };
}

/** Finds the endpoint that serves a path: without case, one segment for each parameter, and the most literal address wins. */
export function findEndpoint(contract: Contract, method: string, pathname: string): FoundEndpoint | undefined {
  const asked = segmentsOf(pathname);
  const found = contract.addresses
    .get(groupOf(method, asked))
    ?.find(({ segments }) => segments.every((segment, index) => isMatch(segment, asked[index] ?? "")));
  if (found === undefined) return undefined;
  const open = [...found.segments.entries()].filter(([, segment]) => isOpen(segment));
  return {
    endpoint: found.endpoint,
    parameters: Object.fromEntries(
      open.map(([index, segment]) => [segment.slice(1, -1), decodeURIComponent(asked[index] ?? "")]),
    ),
  };
}

function toEndpoint(area: string, { body, answer, ...endpoint }: z.infer<typeof EndpointSchema>): Endpoint {
  const { method, path, query, status, note } = endpoint;
  return {
    area,
    method,
    path,
    query,
    body:
      typeof body === "object" ? { type: "object", fields: body } : body === undefined ? undefined : parseShape(body),
    status,
    answer: answer === "none" || answer === "binary" ? answer : parseShape(answer),
    note,
  };
}

function groupAddresses(addresses: readonly Address[]): Map<string, Address[]> {
  const groups = new Map<string, Address[]>();
  for (const address of addresses.toSorted((a, b) => countOpen(a) - countOpen(b))) {
    const group = groupOf(address.endpoint.method, address.segments);
    groups.set(group, [...(groups.get(group) ?? []), address]);
  }
  return groups;
}

function groupOf(method: string, segments: readonly string[]): string {
  return `${method} ${segments.length}`;
}

function countOpen({ segments }: Address): number {
  return segments.filter(isOpen).length;
}

function segmentsOf(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}

function isOpen(segment: string): boolean {
  return segment.startsWith("{");
}

/** A `{spaceId}` is an id, or `/api/users/me` would be the space "users". */
function isMatch(segment: string, asked: string): boolean {
  if (segment === "{spaceid}") return /^spaces-\d+$/i.test(asked);
  return isOpen(segment) || segment === asked.toLowerCase();
}
