import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { isRefusal } from "../http/http-client.ts";
import { objectsOf, parseJson, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { fleetModulePrefix } from "../octopus/receipt-modules.ts";
import { NotAllowedError, NotFoundError, ParameterError } from "../step/errors.ts";

// What the fleet report keeps between runs lies in script modules of the management space, which no project includes and no retention
// deletes: `Managed Spaces Fleet[<name>]`, whose script is a comment with JSON in Brotli in base64.

/** The documents of the fleet, by name. */
export interface FleetStore {
  /** Names of all that are there. */
  names(): string[];
  /**
   * Reads some of them with one request.
   * @returns by name, what is there; a document that cannot be understood is put aside and told, not lost
   */
  read(names: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
  /** @returns false when the user may not, or another run was faster: it wrote the same, began it first, or took it away */
  write(name: string, value: object): Promise<boolean>;
  /** For one that was read, and says what nobody understands. */
  putAside(name: string): Promise<void>;
  /** What the user may not remove stays, and what is gone is gone. */
  remove(name: string): Promise<void>;
  /** What was put aside, a sentence each. */
  readonly notes: readonly string[];
}

interface Open {
  space: OctopusSpace;
  modules: Map<string, OctopusDocument>;
  scripts: Map<string, OctopusDocument>;
  notes: string[];
  now: Date;
}

/** Lists what is there, with one request. */
export async function openFleetStore(space: OctopusSpace, now: Date): Promise<FleetStore> {
  const found = await space.list("/libraryvariablesets", { partialName: fleetModulePrefix });
  const modules = new Map(
    found.flatMap((module) => {
      const name = nameOf(module);
      return name === undefined ? [] : [[name, module] as const];
    }),
  );
  const open: Open = { space, modules, scripts: new Map(), notes: [], now };
  return {
    names: () => [...modules.keys()],
    read: (names) => readDocuments(open, names),
    write: (name, value) => writeDocument(open, name, value),
    putAside: (name) => putAside(open, name, scriptOf(open.scripts.get(name) ?? { Id: "" }, name)),
    async remove(name) {
      const module = modules.get(name);
      modules.delete(name);
      if (module !== undefined) await removeModule(space, module);
    },
    notes: open.notes,
  };
}

async function removeModule(space: OctopusSpace, module: OctopusDocument): Promise<void> {
  try {
    await space.remove(`/libraryvariablesets/${module.Id}`);
  } catch (error) {
    if (!(error instanceof NotAllowedError || error instanceof NotFoundError)) throw error;
  }
}

function nameOf(module: OctopusDocument): string | undefined {
  const name = textOf(module, "Name");
  return name.startsWith(fleetModulePrefix) && name.endsWith("]")
    ? name.slice(fleetModulePrefix.length, -1)
    : undefined;
}

function nameModule(name: string): string {
  return `${fleetModulePrefix}${name}]`;
}

async function readDocuments(open: Open, names: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
  const wanted = names.flatMap((name) => {
    const module = open.modules.get(name);
    return module === undefined ? [] : [{ name, id: textOf(module, "VariableSetId") }];
  });
  if (wanted.length === 0) return new Map();
  const sets = await open.space.listWhole("/variables/all", { ids: wanted.map(({ id }) => id) });
  const values = new Map<string, unknown>();
  for (const { name, id } of wanted) {
    const set = sets.find((one) => one.Id === id);
    if (set === undefined) continue;
    open.scripts.set(name, set);
    const script = scriptOf(set, name);
    if (script === "") continue;
    const value = unpack(script);
    if (value === undefined) await putAside(open, name, script);
    else values.set(name, value);
  }
  return values;
}

function scriptOf(set: OctopusDocument, name: string): string {
  const variable = objectsOf(set, "Variables").find((one) => textOf(one, "Name") === variableOf(name));
  return textOf(variable ?? {}, "Value");
}

function variableOf(name: string): string {
  return `Octopus.Script.Module[${nameModule(name)}]`;
}

/** Somebody edited it, or a server cut it short: it stays where a person finds it, and the next one begins anew. */
async function putAside(open: Open, name: string, script: string): Promise<void> {
  const aside = `${name}, damaged, ${open.now.toISOString().slice(0, 16)}`;
  const isKept = await writeScript(open, aside, script);
  open.notes.push(
    isKept
      ? `What the fleet report had kept as "${name}" is damaged. It is put aside in the script module "${nameModule(aside)}", and the report begins it anew.`
      : `What the fleet report had kept as "${name}" is damaged, and the user may not put it aside. It stays as it is, and nothing is kept of this run.`,
  );
  if (isKept) open.scripts.delete(name);
  else open.modules.delete(name);
}

async function writeDocument(open: Open, name: string, value: object): Promise<boolean> {
  return writeScript(
    open,
    name,
    `# Managed Spaces reads and writes this. Include it in no project.\n# ${pack(value)}\n`,
  );
}

async function writeScript(open: Open, name: string, script: string): Promise<boolean> {
  const { space, modules, scripts } = open;
  try {
    const module = modules.get(name) ?? (await space.post("/libraryvariablesets", toModule(name)));
    modules.set(name, module);
    const id = textOf(module, "VariableSetId");
    const { Links: _links, ...set } = scripts.get(name) ?? (await space.get(`/variables/${id}`));
    const written = await space.put(`/variables/${id}`, { ...set, Variables: toVariables(name, script) });
    scripts.set(name, { ...set, ...written, Id: id });
    return true;
  } catch (error) {
    if (error instanceof NotAllowedError || error instanceof NotFoundError || isRefusal(error)) return false;
    throw error;
  }
}

function toModule(name: string): JsonObject {
  return {
    Name: nameModule(name),
    ContentType: "ScriptModule",
    Description:
      "What the fleet report knows from one run to the next, or its history. Managed Spaces reads and writes it: do not edit it, and include it in no project.",
    Templates: [],
  };
}

function toVariables(name: string, script: string): JsonObject[] {
  const plain = { Type: "String", IsSensitive: false, IsEditable: true, Description: "", Scope: {} };
  return [
    { ...plain, Name: variableOf(name), Value: script },
    { ...plain, Name: `Octopus.Script.Module.Language[${nameModule(name)}]`, Value: "Bash" },
  ];
}

// As of receipts: the best quality costs seconds of a core and saves little.
const params = { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 22 };

function pack(value: object): string {
  return brotliCompressSync(Buffer.from(JSON.stringify(value)), { params }).toString("base64");
}

function unpack(script: string): unknown {
  try {
    const packed = script.trimEnd().split("\n# ").at(-1) ?? "";
    return parseJson(brotliDecompressSync(Buffer.from(packed, "base64")).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** @throws {@link ParameterError} for a document that a newer version of these step templates wrote */
export function refuseNewer(name: string, value: unknown, format: number): void {
  const its = typeof value === "object" && value !== null && "format" in value ? value.format : undefined;
  if (typeof its !== "number" || its <= format) return;
  throw new ParameterError(
    `The document "${name}" that the fleet report keeps was written by a newer version of Managed Spaces (format ${its}; this one knows ${format}). Bring the step templates and the command up to date; nothing was changed.`,
  );
}
