import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import * as z from "zod/mini";
import { isRefusal } from "../http/http-client.ts";
import { canonicalJson, isSameJson, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { listByExactNames } from "../resources/resource-kind.ts";
import { StepError } from "../step/errors.ts";

/** The library variable set that holds the receipts of a space; no project includes it. */
export const receiptSetName = "Managed Spaces Receipts";

const PendingSchema = z.object({ version: z.string(), manifest: z.string() });
const ReceiptSchema = z.object({
  format: z.literal(1),
  package: z.string(),
  /** The version that was deployed last, to its end; absent until then. */
  version: z.optional(z.string()),
  /** Id of the project in this space, once it is there. */
  project: z.optional(z.string()),
  /** Whether the project was there before, made by people. */
  isAdopted: z.optional(z.boolean()),
  /**
   * Of the template; of one in Git also `repository`, its address without credentials, and `commit`, the commit up to which the copy
   * has its contents. Merge Updates adds `offered` and `pullRequest`: the commit that an open pull request brings, and its number.
   */
  upstream: z.optional(z.record(z.string(), z.string())),
  /** Where a copy in Git has its files; the address is without credentials. */
  repository: z.optional(z.object({ url: z.string(), defaultBranch: z.string(), basePath: z.string() })),
  /** By `ActionTemplates-5/3` in the template's space, what step templates are called in the copy's files: those hold ids and versions. */
  stepTemplates: z.optional(z.record(z.string(), z.string())),
  /** Of the version that was deployed last: its manifest's bytes, as {@link packManifest} makes them. */
  manifest: z.optional(z.string()),
  /** By resource, its id in this space. */
  ids: z.optional(z.record(z.string(), z.string())),
  /** By place, the HMAC of the secret that was sent. */
  secrets: z.optional(z.record(z.string(), z.string())),
  /** What runs are deploying, or were deploying when they were killed, since the last that came to its end. */
  pending: z.optional(z.array(PendingSchema)),
});

/** What was put into a space from a package, kept in the space itself since packages get deleted. */
export type Receipt = z.infer<typeof ReceiptSchema>;

export interface Receipts {
  find(name: string): Receipt | undefined;
  list(): { name: string; receipt: Receipt }[];
  /**
   * Writes the receipt, unless the space has the same.
   * @param change - makes it from what is there now, which another run may have written since it was read; may be called again
   */
  save(name: string, change: (known: Receipt | undefined) => Receipt): Promise<void>;
}

/** The name of the variable that holds the receipt of one copy. */
export function nameReceipt(packageId: string, projectName: string): string {
  return `Receipt[${packageId}][${projectName}]`;
}

/** Brotli in base64: a variable's value is text, and manifests are repetitive. */
export function packManifest(text: string): string {
  return brotliCompressSync(text).toString("base64");
}

/** @throws {@link StepError} for a text that {@link packManifest} did not make */
export function unpackManifest(packed: string): string {
  try {
    return brotliDecompressSync(Buffer.from(packed, "base64")).toString("utf8");
  } catch (error) {
    throw new StepError(
      `The receipt in "${receiptSetName}" is damaged: its manifest cannot be read. Delete its variable and run the step again with "Adopt an Existing Project".`,
      { cause: error },
    );
  }
}

/** The receipts of a space, read once. */
export async function openReceipts(space: OctopusSpace): Promise<Receipts> {
  const [set] = await listByExactNames(space, "libraryvariablesets", [receiptSetName]);
  let variables = set === undefined ? undefined : await readVariables(space, set);

  async function save(name: string, change: (known: Receipt | undefined) => Receipt): Promise<void> {
    variables ??= await readVariables(space, await ensureSet(space));
    for (let attempt = 1; ; attempt += 1) {
      const known = parseReceipt(findVariable(variables, name));
      const receipt = change(known);
      if (isSameReceipt(known, receipt)) return;
      try {
        const body = withReceipt(variables, name, receipt);
        variables = { ...body, ...(await space.put(`/variables/${variables.Id}`, body)), Id: variables.Id };
        return;
      } catch (error) {
        if (!isRefusal(error) || attempt >= 5) throw error;
        // Another run may have written its receipt since ours was read: into the same variable set, with one version.
        const newer = await space.get(`/variables/${variables.Id}`);
        if (newer["Version"] === variables["Version"]) throw error;
        variables = newer;
      }
    }
  }

  return {
    find: (name) => parseReceipt(variables && findVariable(variables, name)),
    list: () => listReceipts(variables),
    save,
  };
}

async function readVariables(space: OctopusSpace, set: JsonObject): Promise<OctopusDocument> {
  return space.get(`/variables/${textOf(set, "VariableSetId")}`);
}

async function ensureSet(space: OctopusSpace): Promise<OctopusDocument> {
  const description =
    "What Managed Spaces deployed into this space, and from which packages. Do not include this set in a project, and do not edit it.";
  try {
    return await space.post("/libraryvariablesets", {
      Name: receiptSetName,
      ContentType: "Variables",
      Description: description,
      Templates: [],
    });
  } catch (error) {
    const [existing] = isRefusal(error) ? await listByExactNames(space, "libraryvariablesets", [receiptSetName]) : [];
    if (existing === undefined) throw error;
    return existing;
  }
}

function listReceipts(variables: JsonObject | undefined): { name: string; receipt: Receipt }[] {
  return objectsOf(variables ?? {}, "Variables").flatMap((variable) => {
    const receipt = parseReceipt(variable);
    return receipt === undefined ? [] : [{ name: textOf(variable, "Name"), receipt }];
  });
}

function findVariable(variables: JsonObject, name: string): JsonObject | undefined {
  return objectsOf(variables, "Variables").find((variable) => textOf(variable, "Name") === name);
}

/** @throws {@link StepError} for a receipt that a newer version wrote */
function parseReceipt(variable: JsonObject | undefined): Receipt | undefined {
  if (variable === undefined) return undefined;
  const value = parseJson(textOf(variable, "Value"));
  const parsed = ReceiptSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new StepError(
    `The receipt "${textOf(variable, "Name")}" in the variable set "${receiptSetName}" cannot be understood: it was edited, or a newer version of these step templates wrote it. Update the step templates, or delete that variable and run the step again with "Adopt an Existing Project".`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Manifests are compared by what they say, since not every Node compresses to the same bytes. */
export function isSameReceipt(a: Receipt | undefined, b: Receipt | undefined): boolean {
  return a !== undefined && b !== undefined && isSameJson(toComparable(a), toComparable(b));
}

function toComparable({ manifest, pending, ...rest }: Receipt): JsonObject {
  return {
    rest: JSON.parse(JSON.stringify(rest)),
    manifest: manifest === undefined ? null : unpackManifest(manifest),
    pending: (pending ?? []).map((one) => ({ version: one.version, manifest: unpackManifest(one.manifest) })),
  };
}

function withReceipt(variables: OctopusDocument, name: string, receipt: Receipt): OctopusDocument {
  const { Links: _links, ...document } = variables;
  const value = canonicalJson(JSON.parse(JSON.stringify(receipt)));
  const known = findVariable(variables, name);
  const others = objectsOf(variables, "Variables").filter((variable) => variable !== known);
  const fresh = { Name: name, Type: "String", IsSensitive: false, IsEditable: true, Description: "", Scope: {} };
  return { ...document, Id: variables.Id, Variables: [...others, { ...fresh, ...known, Value: value }] };
}
