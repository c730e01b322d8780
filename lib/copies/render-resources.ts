import type { PlannedResource } from "../compare/compare-graph.ts";
import type { KeptDifference } from "../compare/difference.ts";
import { describeAdopted, describeKept, describeWrite } from "../compare/report.ts";
import { elementName } from "../compare/elements.ts";
import { escapeHtml } from "../pages/escape-html.ts";
import { renderLong } from "./sections.ts";
import { listFieldChanges, type FieldChange } from "./list-field-changes.ts";
import { renderFieldChanges } from "./render-field-changes.ts";

/** One resource of which a page shows what becomes of it. */
interface ShownResource {
  name: string;
  badge: "added" | "changed" | "kept";
  changes: FieldChange[];
  /** Sentences about what has no values. */
  notes: string[];
}

export interface ResourcesPart {
  /** How many resources it shows. */
  number: number;
  /** HTML. */
  body: string;
}

type Hide = (text: string) => string;

/** What a deployment would write, resource by resource, with what is there now and what would be. */
export function renderWritten(resources: readonly PlannedResource[], hide: Hide): ResourcesPart {
  const shown = resources.flatMap((resource) => toWritten(resource) ?? []);
  return {
    number: shown.length,
    body: renderAll(shown, { hide, prefix: "change", label: "Resources that an update changes" }),
  };
}

/** What people changed and keep, with what the template has there and what the space has. */
export function renderKept(resources: readonly PlannedResource[], hide: Hide): ResourcesPart {
  const shown = resources.flatMap((resource) => toKept(resource) ?? []);
  return {
    number: shown.length,
    body: renderAll(shown, { hide, prefix: "kept", label: "Resources that people changed" }),
  };
}

function toWritten(resource: PlannedResource): ShownResource | undefined {
  const { action, description, changes, kept, target, secrets } = resource;
  if (action !== "create" && action !== "update") return undefined;
  const fields = changes.flatMap((change) =>
    listFieldChanges(target.kind, change, { old: change.space, now: change.template }).flatMap((field) =>
      withoutKept(field, change, kept),
    ),
  );
  const adopted = describeAdopted(resource, { onlyPlan: true });
  const sent =
    secrets.length === 0 ? [] : [`${secrets.length === 1 ? "A secret is" : `${secrets.length} secrets are`} sent.`];
  return {
    name: description,
    badge: action === "create" ? "added" : "changed",
    changes: fields,
    // What uses a step template at another version has no field of its own that differs.
    notes: [adopted, fields.length === 0 ? describeWrite(resource, { onlyPlan: true }) : undefined, sent].flatMap(
      (note) => note ?? [],
    ),
  };
}

/** Of a set that both sides changed, what people added stays, and what they removed stays away. */
function withoutKept(
  field: FieldChange,
  { path }: { path: readonly string[] },
  kept: readonly KeptDifference[],
): FieldChange[] {
  if (field.what.kind !== "list") return [field];
  const inside = kept.filter(
    (one) => one.path.length === path.length + 1 && path.every((part, at) => one.path[at] === part),
  );
  const isKept = (name: string): boolean =>
    inside.some((one) => one.path.at(-1) === name || one.path.at(-1)?.endsWith(`/${name}`) === true);
  const added = field.what.added.filter((name) => !isKept(name));
  const removed = field.what.removed.filter((name) => !isKept(name));
  return added.length + removed.length === 0 ? [] : [{ ...field, what: { kind: "list", added, removed } }];
}

function toKept(resource: PlannedResource): ShownResource | undefined {
  const { description, kept, target } = resource;
  const own = kept.filter(({ isConflict }) => !isConflict);
  if (own.length === 0) return undefined;
  const shown = own.map((one) => ({ one, fields: listKeptFields(target.kind, one) }));
  const silent = shown.filter(({ fields }) => fields.length === 0).map(({ one }) => one);
  const decided = shown.filter(({ one, fields }) => one.isDecided === true && fields.length > 0).map(({ one }) => one);
  return {
    name: description,
    badge: "kept",
    changes: shown.flatMap(({ fields }) => fields),
    notes: describeKept({ description, kept: [...silent, ...decided] }).map(({ text }) => text),
  };
}

function listKeptFields(kindId: string, kept: KeptDifference): FieldChange[] {
  const { what, template, space, path } = kept;
  if (what === "blocked" || what === "taken" || what === "used") return [];
  const element = template ?? space;
  // An element of a set stands at the end of the path by what it is called; the set stands before it.
  const isElement = element !== undefined && path.length > 1 && path.at(-1) === elementName(element);
  return isElement && (template === undefined || space === undefined)
    ? listFieldChanges(kindId, { path: path.slice(0, -1), what }, { old: toListOf(template), now: toListOf(space) })
    : listFieldChanges(kindId, kept, { old: template, now: space });
}

function toListOf<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

const tones = { added: "good", changed: "news", kept: "odd" } as const;

function renderAll(
  shown: readonly ShownResource[],
  { hide, prefix, label }: { hide: Hide; prefix: string; label: string },
): string {
  if (shown.length === 0) return "";
  const list = shown.map(
    ({ name, badge, changes }, index) =>
      `<li><a href="#${prefix}-${index + 1}">${renderBadge(badge)}<span class="name">${escapeHtml(hide(name))}</span>${renderCount(changes)}</a></li>`,
  );
  const nav = shown.length === 1 ? "" : `<nav class="card" aria-label="${label}"><ul>\n${list.join("\n")}\n</ul></nav>`;
  return `${nav}\n${renderLong(
    shown.map((resource, index) => renderResource(resource, { hide, id: `${prefix}-${index + 1}` })),
    (some) => some.join("\n"),
  )}`;
}

function renderBadge(badge: ShownResource["badge"]): string {
  return `<span class="badge ${tones[badge]}">${badge}</span>`;
}

function renderCount(changes: readonly FieldChange[]): string {
  if (changes.length === 0) return "";
  return `<span class="counts quiet">${changes.length} ${changes.length === 1 ? "field" : "fields"}</span>`;
}

function renderResource(
  { name, badge, changes, notes }: ShownResource,
  { hide, id }: { hide: Hide; id: string },
): string {
  const isLong = badge === "added" && changes.length > 12;
  const texts = notes.map((note) => `<p class="note quiet">${escapeHtml(hide(note))}</p>`);
  return `<details class="card file" id="${id}"${isLong ? "" : " open"}>
<summary>${renderBadge(badge)}<span class="name">${escapeHtml(hide(name))}</span>${renderCount(changes)}</summary>
${texts.join("")}${renderFieldChanges(changes, hide)}
</details>`;
}
