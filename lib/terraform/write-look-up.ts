import { describeTarget, targetId, type LookUp } from "../model/graph.ts";
import { findKind } from "../resources/index.ts";
import type { FindingPlace, LookUpForm } from "./form.ts";
import { findForm } from "./forms/index.ts";
import { expression, type HclBlock, type HclExpression, type HclValue } from "./hcl.ts";
import type { TerraformModule, TerraformVariable } from "./module.ts";
import { toLabel } from "./names.ts";
import { quote } from "./quote.ts";

type Writer = Pick<TerraformModule, "claim" | "add" | "addVariable">;

/** Writes the data source that finds the resource in the space, or the variable that has its id. @returns its id; undefined for what a module cannot know */
export function addLookUp(lookUp: LookUp, module: Writer): HclExpression | undefined {
  const { lookUp: form, asksForId } = findForm(lookUp.kind) ?? {};
  if (asksForId !== undefined) return addIdVariable(lookUp, asksForId, module);
  const details = form?.toFilters === undefined ? {} : form.toFilters(lookUp.details ?? {});
  if (form === undefined || details === undefined || lookUp.key.length !== 1) return undefined;
  const label = module.claim("lookup", `${form.label}_${toLabel(nameOf(lookUp))}`, targetId(lookUp));
  const file = `${label}.tf`;
  const wanted = form.isRenamable === true ? module.addVariable(file, toName(lookUp, label, module)) : nameOf(lookUp);
  const search = { lookUp, form, details, label, wanted };
  module.add(file, toDataBlock(search), toLocalBlock(search));
  return expression(`local.${label}_id`);
}

/** Writes the data source that finds the resource if the space has it. @returns a list with what it found, or an empty one; undefined for what no data source finds */
export function addFinding(
  lookUp: LookUp,
  { label, wanted, file }: FindingPlace,
  module: Pick<TerraformModule, "add">,
): HclExpression | undefined {
  const form = findForm(lookUp.kind)?.lookUp;
  const details = form?.toFilters === undefined ? {} : form.toFilters(lookUp.details ?? {});
  if (form === undefined || details === undefined || lookUp.key.length !== 1) return undefined;
  const search = { lookUp, form, details, label, wanted };
  const { blocks: _postcondition, ...data } = toDataBlock(search);
  module.add(file, data);
  return expression(`[for item in ${itemsOf(search)} : item${toCondition(search)}]`);
}

function addIdVariable(lookUp: LookUp, what: string, { claim, addVariable }: Writer): HclExpression {
  const label = claim("variable", `${what}_${toLabel(nameOf(lookUp))}_id`, targetId(lookUp));
  const description = `The id of ${describeTarget(lookUp, labelOf(lookUp))} in this space, which the provider cannot find by its name.`;
  return addVariable(`${label}.tf`, { name: label, description });
}

interface Search {
  lookUp: LookUp;
  form: LookUpForm;
  details: Record<string, HclValue | undefined>;
  label: string;
  wanted: string | HclExpression;
}

function toName(lookUp: LookUp, label: string, { claim }: Writer): TerraformVariable {
  return {
    name: claim("variable", `${label}_name`, targetId(lookUp)),
    description: `The name of ${describeTarget(lookUp, labelOf(lookUp))} in this space.`,
    default: nameOf(lookUp),
  };
}

function toDataBlock(search: Search): HclBlock {
  const { form, details, label, wanted } = search;
  const byName = isKnownByType(search) ? {} : { [form.filter ?? "partial_name"]: wanted };
  return {
    type: "data",
    labels: [form.dataSource, label],
    attributes: { ...byName, ...details, ...form.filters, skip: 0, take: 10_000 },
    blocks: [{ type: "lifecycle", blocks: [toPostcondition(search)] }],
  };
}

function toPostcondition(search: Search): HclBlock {
  const { lookUp, form } = search;
  const found = `[for item in self.${form.collection} : item${toCondition(search)}]`;
  const attributes = {
    condition: expression(`length(${found}) == 1`),
    error_message: `This space needs exactly one ${labelOf(lookUp)} "${nameOf(lookUp)}". Create it, or run Populate Space first.`,
  };
  return { type: "postcondition", attributes };
}

/** The filters of the data sources match parts of names, so the exact one is picked here. */
function toLocalBlock(search: Search): HclBlock {
  const id = expression(`one([for item in ${itemsOf(search)} : item.id${toCondition(search)}])`);
  return { type: "locals", attributes: { [`${search.label}_id`]: id } };
}

function itemsOf({ form, label }: Search): string {
  return `data.${form.dataSource}.${label}.${form.collection}`;
}

function toCondition(search: Search): string {
  if (isKnownByType(search)) return "";
  const { wanted, form } = search;
  return ` if item.${form.nameAttribute ?? "name"} == ${typeof wanted === "string" ? quote(wanted) : wanted.expression}`;
}

/** What every space has one of is known by its type, since servers name it as they like. */
function isKnownByType({ lookUp, form }: Search): boolean {
  return form.knownByType?.includes(nameOf(lookUp)) === true;
}

function nameOf({ key }: LookUp): string {
  return key[0] ?? "";
}

function labelOf({ kind }: LookUp): string {
  return findKind(kind)?.label ?? kind;
}
