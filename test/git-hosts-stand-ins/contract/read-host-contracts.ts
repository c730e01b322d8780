import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Shape } from "../../octopus-server/contract/shape.ts";

/** The REST API of a Git host as its maker describes it, as far as we use it. */
export interface HostContract {
  endpoints: readonly HostEndpoint[];
  /** The field in which a list stands; undefined where the answer is the list itself. */
  listField: string | undefined;
  /** Routes that another edition of the host lacks: GitHub Enterprise Server. */
  lackedElsewhere: ReadonlySet<string>;
}

export interface HostEndpoint {
  method: string;
  /** `/repos/{owner}/{repo}`, behind what all paths of the host begin with. */
  path: string;
  query: Readonly<Record<string, Shape>>;
  /** Undefined where nothing is sent. */
  body?: Shape | undefined;
  status: readonly number[];
  /** The names of the fields of the answer, or of each item of a list; undefined where the description does not tell. */
  answer?: readonly string[] | { list: readonly string[] } | undefined;
}

/** Types by name, which the data does not have, may be anything. */
const knownTypes = new Set(["string", "integer", "number", "boolean", "dateTime", "object", "array", "any"]);

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
  .transform((shape) => ({ ...shape, type: knownTypes.has(shape.type) ? shape.type : "any" }));
const Fields = z.record(z.string(), ShapeSchema);
const Endpoint = z.object({
  method: z.string(),
  path: z.string(),
  query: Fields.default({}),
  body: z.union([ShapeSchema, Fields.transform((fields): Shape => ({ type: "object", fields }))]).optional(),
  status: z.array(z.number()),
  answer: z
    .union([z.array(z.string()), z.object({ list: z.array(z.string()) })])
    .optional()
    .catch(undefined),
});
const HostDocument = z.object({
  listField: z.string().optional(),
  /** The name of the shared description that these endpoints are not in. */
  addsTo: z.string().optional(),
  endpoints: z.array(Endpoint).default([]),
  lacks: z.array(z.string()).default([]),
});
const SharedDocument = z.object({ hosts: z.record(z.string(), HostDocument) });

/** What the shared data does not say of its hosts: Azure DevOps answers `{"count": 2, "value": […]}`. */
const listFields: Readonly<Record<string, string>> = { azureDevOps71: "value" };

/**
 * The contracts by their names: those of the file that `GIT_HOSTS_API_CONTRACT` names, none where it names none, and one for each
 * `<host>.json` beside this file.
 */
export function readHostContracts(): Map<string, HostContract> {
  const contracts = new Map<string, HostContract>();
  const path = process.env["GIT_HOSTS_API_CONTRACT"] ?? "";
  const { hosts } = path === "" ? { hosts: {} } : SharedDocument.parse(readJson(path));
  const lackedElsewhere: Readonly<Record<string, readonly string[]>> = {
    github: hosts["githubEnterprise319"]?.lacks ?? [],
  };
  for (const [name, { endpoints }] of Object.entries(hosts))
    if (endpoints.length > 0)
      contracts.set(name, { endpoints, listField: listFields[name], lackedElsewhere: new Set(lackedElsewhere[name]) });
  for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith(".json"))) {
    const { endpoints, listField, addsTo } = HostDocument.parse(readJson(join(import.meta.dirname, file)));
    const known = contracts.get(addsTo ?? "");
    if (known !== undefined) contracts.set(addsTo ?? "", { ...known, endpoints: [...known.endpoints, ...endpoints] });
    if (addsTo === undefined)
      contracts.set(file.slice(0, -".json".length), { endpoints, listField, lackedElsewhere: new Set() });
  }
  return contracts;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
