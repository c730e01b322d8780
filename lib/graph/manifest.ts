import * as z from "zod/mini";
import { name as productName, version as productVersion } from "../../package.json";
import { canonicalJson, isJsonObject, type JsonObject } from "../model/json.ts";
import { findKind } from "../resources/index.ts";
import { ParameterError } from "../step/errors.ts";
import { ownSpace, type GraphNode, type Origin, type ResourceGraph, type Target } from "../model/graph.ts";
import { Extras } from "./extras.ts";
import { isOfProject, type GitReading, type ProjectSource, type Source } from "./read-graph.ts";

/** What a package says about itself in `manifest.json`: where it comes from, and the graph it carries. Nothing but its version tells a time. */
export interface Manifest {
  format: number;
  /** What was asked for; the rest of the graph is there for its sake. */
  root: Target;
  /** The version is what a file goes by that is called otherwise; packages of earlier versions of this project have none in them. */
  package: { id: string; version?: string };
  source: Source;
  /** Such as `managed-spaces 0.1.0`. */
  generator: string;
  /** Of a project in Git: what its files say in terms of the source's space. */
  git?: GitReading;
  extras?: Extras;
  graph: ResourceGraph;
  /** What it went through on the way into one space, as text that a receipt can keep: no package has it. */
  mapping?: string;
}

/** Of a project, or of a part of one. */
export type ProjectManifest = Manifest & { source: ProjectSource };

/** A package of a later version of this project: nothing may be concluded from it. */
export class NewerFormatError extends ParameterError {}

export const manifestFileName = "manifest.json";

type Content<T extends Manifest> = Omit<T, "format" | "generator">;

/** The manifest of a package, in the oldest format that can hold it: steps of an earlier version go on reading what they know. */
export function createManifest<T extends Content<Manifest>>(content: T): T & Pick<Manifest, "format" | "generator"> {
  const isProject = content.root.kind === "project";
  return {
    format: isProject ? projectFormat : format,
    generator: `${productName} ${productVersion}`,
    ...content,
  };
}

/**
 * The manifest, for what only a project can do.
 * @throws {@link ParameterError} for a package of anything else
 */
export function requireProject(manifest: Manifest, packageName: string): ProjectManifest {
  const own = requireRoot(manifest, "project", packageName);
  if (!isOfProject(own)) throw new Error("The package of a project does not name it.");
  return own;
}

/**
 * The manifest, for what only such a root can do.
 * @throws {@link ParameterError} for a package of anything else, naming the step that it is for
 */
export function requireRoot(manifest: Manifest, kind: keyof typeof makers, packageName: string): Manifest {
  const { root } = manifest;
  if (root.kind === kind) return manifest;
  const own = Object.entries(makers).find(([candidate]) => candidate === root.kind)?.[1];
  const rest = own === undefined ? "" : ` It is a package for ${own.deploying}.`;
  throw new ParameterError(
    `Failed to read the package "${packageName}": it was not made by ${makers[kind].serializing}. Choose a package that was.${rest}`,
  );
}

/** By the kind of their roots, the steps that make packages and those that deploy them. */
const makers = {
  project: { serializing: "Serialize Project", deploying: "Deploy Project" },
  space: {
    serializing: "Serialize Space, Serialize Step Templates or Serialize Variable Sets",
    deploying: "Deploy Space",
  },
  runbook: { serializing: "Serialize Runbook", deploying: "Deploy Runbook" },
};

/** Equal manifests give equal bytes. */
export function renderManifest(manifest: Manifest): string {
  return canonicalJson(manifest);
}

/**
 * @param bytes - of `manifest.json`
 * @param packageName - for sentences: the file, or the package's id and version
 * @throws {@link ParameterError} in one sentence when it was made by a newer version, is cut off, or is no manifest
 */
export function parseManifest(bytes: Uint8Array, packageName: string): Manifest {
  const json = parseJson(bytes, packageName);
  const made = FormatSchema.safeParse(json);
  if (made.success && made.data.format > format) {
    throw new NewerFormatError(
      refusal(
        packageName,
        `it was made by a newer version (${made.data.generator ?? "unknown"}) than this one. Update the step that reads it`,
      ),
    );
  }
  const parsed = ManifestSchema.safeParse(json);
  if (parsed.success) return toManifest(parsed.data);
  const [issue] = parsed.error.issues;
  throw refuse(
    packageName,
    `its ${manifestFileName} is not what a package has (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}). Serialize the project again`,
  );
}

type ReadManifest = z.infer<typeof ManifestSchema>;

/** The first format held projects only, and did not say which. */
function toManifest({ git, extras, root, kind: _kind, package: { id, version }, ...rest }: ReadManifest): Manifest {
  const { space, project } = rest.source;
  const own = root ?? { kind: "project", key: [project?.name ?? ""] };
  const source = project === undefined ? { space } : { space, project };
  const packed = version === undefined ? { id } : { id, version };
  return {
    ...rest,
    package: packed,
    source,
    root: own,
    ...(git !== undefined && { git }),
    ...(extras !== undefined && { extras }),
  };
}

const format = 3;

/** The format of packages of projects: it has no other roots. */
const projectFormat = 2;

const Key = z.array(z.string());
const Place = z.object({ kind: z.string(), key: Key });
const Body = z.custom<JsonObject>(isJsonObject, { error: "expected an object" });
const Named = z.object({ id: z.string(), name: z.string() });
const KnownKind = z.string().check(
  z.refine((kind) => findKind(kind) !== undefined, {
    error: "expected a kind of resource that this version knows",
  }),
);
const Node = z.object({
  kind: KnownKind,
  key: Key,
  id: z.optional(z.string()),
  owner: z.optional(Place),
  body: Body,
  origin: z.optional(z.object({ website: z.optional(z.string()) })),
});
const FormatSchema = z.object({ format: z.number(), generator: z.optional(z.string()) });
const ManifestSchema = z.object({
  format: z.literal([1, projectFormat, format]),
  kind: z.optional(z.literal("project")),
  root: z.optional(z.object({ kind: z.union([KnownKind, z.literal(ownSpace.kind)]), key: Key })),
  package: z.object({ id: z.string(), version: z.optional(z.string()) }),
  source: z.object({ space: Named, project: z.optional(Named) }),
  generator: z.string(),
  extras: z.optional(Extras),
  git: z.optional(
    z.object({
      stepTemplates: z.record(z.string(), Key),
      names: z.optional(z.record(z.string(), z.record(z.string(), Key))),
    }),
  ),
  graph: z.object({
    nodes: z.array(
      z.pipe(
        Node,
        z.transform(({ owner, id, origin, ...node }): GraphNode => ({
          ...node,
          ...(id !== undefined && { id }),
          ...(owner !== undefined && { owner }),
          ...(origin !== undefined && { origin: withoutUndefined(origin) }),
        })),
      ),
    ),
    lookUps: z.array(
      z.pipe(
        z.object({ ...Place.shape, details: z.optional(z.record(z.string(), z.string())) }),
        z.transform(({ details, ...target }) => (details === undefined ? target : { ...target, details })),
      ),
    ),
    remarks: z.array(z.object({ about: Place, text: z.string() })),
  }),
});

function withoutUndefined({ website, logo }: { website?: string | undefined; logo?: string | undefined }): Origin {
  return { ...(website !== undefined && { website }), ...(logo !== undefined && { logo }) };
}

function parseJson(bytes: Uint8Array, packageName: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw refuse(
      packageName,
      `its ${manifestFileName} is cut off or garbled. Push the package again, or serialize the project again`,
    );
  }
}

function refuse(packageName: string, why: string): ParameterError {
  return new ParameterError(refusal(packageName, why));
}

function refusal(packageName: string, why: string): string {
  return `Failed to read the package "${packageName}": ${why}.`;
}
