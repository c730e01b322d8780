import * as z from "zod/mini";
import { ParameterError } from "../step/errors.ts";

/** What a Terraform state tells, as far as we use it: a state holds secrets in plain text, and none of them comes out of here. */
export interface TerraformState {
  /** Value of the output `octopus_server` of modules in octoterra's form; "" without. */
  server: string;
  /** Those of `octopus_space_id` and `octopus_space_name`. */
  spaceId: string;
  space: string;
  resources: StateResource[];
}

/** One resource of the Octopus provider that the state manages; what it does not tell is "". */
export interface StateResource {
  /** Such as `octopusdeploy_project`. */
  type: string;
  /** What the configuration calls it: `project_hello_world`. */
  label: string;
  id: string;
  /** As Terraform saw it last; people may have given it another since. */
  name: string;
  spaceId: string;
  /** Of what belongs to a project. */
  projectId: string;
  /** Of a project in Git, as the state has it: the address may hold credentials. */
  gitUrl: string;
}

/**
 * Reads a state in version 4, as files and `terraform state pull` have it, or as `terraform show -json` prints it
 * (https://developer.hashicorp.com/terraform/internals/json-format).
 * @param source - for sentences: the file
 * @throws {@link ParameterError} for anything else
 */
export function readTerraformState(text: string, source: string): TerraformState {
  const json = parseJson(text, source);
  const { outputs, resources } = isShown(json) ? readShown(json, source) : readVersion4(json, source);
  return {
    server: outputs["octopus_server"] ?? "",
    spaceId: outputs["octopus_space_id"] ?? "",
    space: outputs["octopus_space_name"] ?? "",
    resources: resources.filter(({ type }) => type.startsWith("octopusdeploy_")).map(toResource),
  };
}

/** A state in neither of its two forms. */
interface Read {
  outputs: Record<string, string>;
  resources: { type: string; name: string; attributes: Record<string, unknown> }[];
}

const Attributes = z.optional(z.nullable(z.record(z.string(), z.unknown())));
const Outputs = z.optional(z.record(z.string(), z.object({ value: z.unknown() })));

const Version4 = z.object({
  outputs: Outputs,
  resources: z.optional(
    z.nullable(
      z.array(
        z.object({
          mode: z.optional(z.string()),
          type: z.string(),
          name: z.optional(z.string()),
          instances: z.array(z.object({ attributes: Attributes, deposed: z.optional(z.string()) })),
        }),
      ),
    ),
  ),
});

/** An instance that is deposed is about to be deleted: another one stands in its place. */
function readVersion4(json: object, source: string): Read {
  if ("encrypted_data" in json)
    throw refuse(source, "it is encrypted. Give what `tofu state pull` prints, which is not");
  const version = "version" in json ? json.version : undefined;
  if (typeof version === "number" && version < 4)
    throw refuse(
      source,
      `it is in version ${version}, which Terraform before 0.12 wrote. Run "terraform apply -refresh-only" with a newer one, which writes it in version 4`,
    );
  if (typeof version === "number" && version > 4)
    throw refuse(
      source,
      `it is in version ${version}, and only version 4 is known here. Give what "terraform show -json" prints, or update managed-spaces`,
    );
  const parsed = Version4.safeParse(json);
  if (!parsed.success || version === undefined) throw refuse(source, noState);
  const managed = (parsed.data.resources ?? []).filter(({ mode = "managed" }) => mode === "managed");
  return {
    outputs: toTexts(parsed.data.outputs),
    resources: managed.flatMap(({ type, name = "", instances }) =>
      instances
        .filter(({ deposed }) => deposed === undefined)
        .map(({ attributes }) => ({ type, name, attributes: attributes ?? {} })),
    ),
  };
}

interface ShownModule {
  resources?:
    | {
        mode?: string | undefined;
        type: string;
        name: string;
        values?: Record<string, unknown> | null | undefined;
        deposed_key?: string | undefined;
      }[]
    | undefined;
  child_modules?: ShownModule[] | undefined;
}

const ShownModule: z.ZodMiniType<ShownModule> = z.object({
  resources: z.optional(
    z.array(
      z.object({
        mode: z.optional(z.string()),
        type: z.string(),
        name: z.string(),
        values: Attributes,
        deposed_key: z.optional(z.string()),
      }),
    ),
  ),
  get child_modules() {
    return z.optional(z.array(ShownModule));
  },
});

const Shown = z.object({ values: z.optional(z.object({ outputs: Outputs, root_module: z.optional(ShownModule) })) });

function isShown(json: object): boolean {
  return "format_version" in json;
}

function readShown(json: object, source: string): Read {
  if ("planned_values" in json)
    throw refuse(
      source,
      'it is a plan, which is not applied yet. Give what "terraform show -json" prints without a file',
    );
  const parsed = Shown.safeParse(json);
  if (!parsed.success) throw refuse(source, noState);
  const { outputs, root_module: root = {} } = parsed.data.values ?? {};
  return { outputs: toTexts(outputs), resources: listShown(root) };
}

function listShown({ resources = [], child_modules: children = [] }: ShownModule): Read["resources"] {
  const own = resources
    .filter(({ mode = "managed", deposed_key: deposed }) => mode === "managed" && deposed === undefined)
    .map(({ type, name, values }) => ({ type, name, attributes: values ?? {} }));
  return [...own, ...children.flatMap(listShown)];
}

const Known = z.object({
  id: z.optional(z.unknown()),
  name: z.optional(z.unknown()),
  space_id: z.optional(z.unknown()),
  project_id: z.optional(z.unknown()),
});

function toResource({ type, name: label, attributes }: Read["resources"][number]): StateResource {
  const { id, name, space_id: spaceId, project_id: projectId } = Known.parse(attributes);
  return {
    type,
    label,
    id: toText(id),
    name: toText(name),
    spaceId: toText(spaceId),
    projectId: toText(projectId),
    gitUrl: readGitUrl(attributes),
  };
}

/** In the names of the Octopus provider: a project has one of these, or none. */
const settingNames = [
  "git_library_persistence_settings",
  "git_username_password_persistence_settings",
  "git_anonymous_persistence_settings",
];
const Settings = z.array(z.object({ url: z.optional(z.nullable(z.string())) }));

function readGitUrl(attributes: Record<string, unknown>): string {
  const urls = settingNames.map((name) => Settings.safeParse(attributes[name]).data?.[0]?.url ?? "");
  return urls.find((url) => url !== "") ?? "";
}

function toTexts(outputs: Record<string, { value: unknown }> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, toText(value)]));
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

const noState = "it is no state of Terraform's. Check the file";

/** What a parser says of a text may hold some of it, so that is not told. */
function parseJson(text: string, source: string): object {
  if (text.trim() === "")
    throw refuse(
      source,
      'it is empty. Choose the workspace in which Terraform made the copy: "terraform workspace list" names all',
    );
  const json = tryToParse(text);
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw refuse(source, noState);
  return json;
}

function tryToParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuse(source: string, why: string): ParameterError {
  return new ParameterError(`Failed to read the Terraform state in "${source}": ${why}.`);
}
