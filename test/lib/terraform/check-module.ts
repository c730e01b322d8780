import { readFileSync } from "node:fs";
import * as z from "zod";
import type { HclBlock, HclExpression, HclValue } from "../../../lib/terraform/hcl.ts";

interface Attribute {
  type?: unknown;
  nested_type?: { nesting_mode: string; attributes: Record<string, Attribute> } | undefined;
  required?: boolean | undefined;
  optional?: boolean | undefined;
}

interface Block {
  attributes?: Record<string, Attribute> | undefined;
  block_types?:
    | Record<string, { block: Block; min_items?: number | undefined; max_items?: number | undefined }>
    | undefined;
}

/** What a provider has, by resource and data source type. */
export interface ProviderSchema {
  resources: Record<string, Block>;
  dataSources: Record<string, Block>;
}

const AttributeSchema: z.ZodType<Attribute> = z.object({
  type: z.unknown().optional(),
  get nested_type() {
    return z.object({ nesting_mode: z.string(), attributes: z.record(z.string(), AttributeSchema) }).optional();
  },
  required: z.boolean().optional(),
  optional: z.boolean().optional(),
});
const BlockSchema: z.ZodType<Block> = z.object({
  attributes: z.record(z.string(), AttributeSchema).optional(),
  get block_types() {
    return z
      .record(
        z.string(),
        z.object({ block: BlockSchema, min_items: z.number().optional(), max_items: z.number().optional() }),
      )
      .optional();
  },
});
const Schemas = z.record(z.string(), z.object({ block: BlockSchema }));
const Document = z.object({
  provider_schemas: z.record(z.string(), z.object({ resource_schemas: Schemas, data_source_schemas: Schemas })),
});

/** The schema in the file that `OCTOPUS_PROVIDER_SCHEMA` names, as `terraform providers schema -json` writes it; undefined when it names none. */
export function readProviderSchema(): ProviderSchema | undefined {
  const path = process.env["OCTOPUS_PROVIDER_SCHEMA"] ?? "";
  if (path === "") return undefined;
  const [provider] = Object.values(Document.parse(JSON.parse(readFileSync(path, "utf8"))).provider_schemas);
  const blocksOf = (schemas: z.infer<typeof Schemas>) =>
    Object.fromEntries(Object.entries(schemas).map(([name, { block }]) => [name, block]));
  return {
    resources: blocksOf(provider?.resource_schemas ?? {}),
    dataSources: blocksOf(provider?.data_source_schemas ?? {}),
  };
}

/** All that Terraform would refuse: names that nothing declares, declared twice, and with a schema what the provider does not know. */
export function checkModule(
  files: ReadonlyMap<string, readonly HclBlock[]>,
  schema: ProviderSchema | undefined,
): string[] {
  const blocks = [...files.values()].flat();
  return [
    ...checkReferences(blocks),
    ...(schema === undefined ? [] : blocks.flatMap((block) => checkTopLevel(block, schema))),
  ];
}

function checkReferences(blocks: HclBlock[]): string[] {
  const declared = blocks.flatMap(addressesOf);
  const twice = declared
    .filter((address, index) => declared.indexOf(address) !== index)
    .map((address) => `${address} is declared twice`);
  const used = blocks
    // What is moved is no longer there.
    .filter(({ type }) => type !== "moved" && type !== "removed")
    .flatMap(listExpressions)
    .flatMap(
      ({ expression }) =>
        expression
          .replace(/"(?:[^"\\]|\\.)*"/g, "")
          .match(/\b(?:var|local)\.\w+|\bdata\.\w+\.\w+|(?<![.\w])octopusdeploy_\w+\.\w+/g) ?? [],
    );
  const unknown = [...new Set(used)]
    .filter((address) => !declared.includes(address))
    .map((address) => `${address} is not declared`);
  return [...twice, ...unknown];
}

function addressesOf({ type, labels = [], attributes = {} }: HclBlock): string[] {
  if (type === "variable") return [`var.${labels[0]}`];
  if (type === "locals") return Object.keys(attributes).map((name) => `local.${name}`);
  if (type === "data") return [`data.${labels.join(".")}`];
  return type === "resource" ? [labels.join(".")] : [];
}

function listExpressions({ attributes = {}, blocks = [] }: HclBlock): HclExpression[] {
  return [
    ...Object.values(attributes).flatMap((value) => (value === undefined ? [] : expressionsOf(value))),
    ...blocks.flatMap(listExpressions),
  ];
}

function expressionsOf(value: HclValue): HclExpression[] {
  if (typeof value !== "object") return [];
  if (isList(value)) return value.flatMap(expressionsOf);
  if ("expression" in value) return [value];
  if ("template" in value) return value.template.filter((piece) => typeof piece !== "string");
  return Object.values(value.entries).flatMap(expressionsOf);
}

function checkTopLevel(block: HclBlock, schema: ProviderSchema): string[] {
  const [type = "", label = ""] = block.labels ?? [];
  if (block.type !== "resource" && block.type !== "data") return [];
  const known = (block.type === "resource" ? schema.resources : schema.dataSources)[type];
  if (known === undefined) return [`the provider has no ${block.type} ${type}`];
  const attributes = Object.fromEntries(
    Object.entries(block.attributes ?? {}).filter(([name]) => !["count", "depends_on"].includes(name)),
  );
  const blocks = (block.blocks ?? []).filter((inner) => inner.type !== "lifecycle");
  return checkBlock({ type: block.type, attributes, blocks }, known, `${type}.${label}`);
}

function checkBlock({ attributes = {}, blocks = [] }: HclBlock, known: Block, path: string): string[] {
  const own = checkAttributes(attributes, known.attributes ?? {}, path);
  const counts = Object.entries(known.block_types ?? {}).flatMap(
    ([type, { min_items: min = 0, max_items: max = Infinity }]) => {
      const count = blocks.filter((block) => block.type === type).length;
      return count < min || count > (max === 0 ? Infinity : max) ? [`${path} has ${count} blocks ${type}`] : [];
    },
  );
  const inner = blocks.flatMap((block) => {
    const type = known.block_types?.[block.type];
    return type === undefined
      ? [`${path} has no block ${block.type}`]
      : checkBlock(block, type.block, `${path}.${block.type}`);
  });
  return [...own, ...counts, ...inner];
}

function checkAttributes(
  values: Record<string, HclValue | undefined>,
  known: Record<string, Attribute>,
  path: string,
): string[] {
  const given = Object.entries(values).flatMap(([name, value]): [string, HclValue][] =>
    value === undefined ? [] : [[name, value]],
  );
  const missing = Object.keys(known).filter((name) => known[name]?.required === true && values[name] === undefined);
  const wrong = given.flatMap(([name, value]) => {
    const attribute = known[name];
    if (attribute === undefined) return [`${path} has no attribute ${name}`];
    if (attribute.required !== true && attribute.optional !== true) return [`${path}.${name} cannot be set`];
    return checkValue(value, attribute, `${path}.${name}`);
  });
  return [...missing.map((name) => `${path} needs the attribute ${name}`), ...wrong];
}

function checkValue(value: HclValue, attribute: Attribute, path: string): string[] {
  const nested = attribute.nested_type;
  if (nested === undefined) return checkType(value, attribute.type, path);
  const objects =
    nested.nesting_mode === "single"
      ? [value]
      : nested.nesting_mode === "map"
        ? Object.values(entriesOf(value))
        : isList(value)
          ? value
          : [];
  return objects.flatMap((object) => checkAttributes(entriesOf(object), nested.attributes, path));
}

function checkType(value: HclValue, type: unknown, path: string): string[] {
  if (typeof value === "object" && !isList(value) && "expression" in value) return [];
  const [container, inner]: unknown[] = Array.isArray(type) ? type : [type];
  if (container === "list" || container === "set")
    return isList(value) ? value.flatMap((item) => checkType(item, inner, path)) : [`${path} is no list`];
  if (container === "map") return Object.values(entriesOf(value)).flatMap((item) => checkType(item, inner, path));
  const own = typeof value === "object" ? "string" : typeof value === "boolean" ? "bool" : typeof value;
  return own === container ? [] : [`${path} is of type ${own} instead of ${String(container)}`];
}

function entriesOf(value: HclValue): Readonly<Record<string, HclValue>> {
  return typeof value === "object" && !isList(value) && "entries" in value ? value.entries : {};
}

function isList(value: HclValue): value is readonly HclValue[] {
  return Array.isArray(value);
}
