import { diffTexts } from "../pages/diff-texts.ts";
import { escapeHtml } from "../pages/escape-html.ts";
import { renderHunks } from "../pages/render-diff.ts";
import { renderHtmlTable } from "../pages/render-html-table.ts";
import { shortenAlike } from "../pages/shorten-alike.ts";
import type { ChangedValue, FieldChange } from "./list-field-changes.ts";

/** What pages with values have besides. */
export const valueStyle = `
.name { flex: 1 1 auto; min-width: 0; overflow-wrap: anywhere; font-weight: 600; } nav .name { font-weight: 400; }
.fields { padding: 0.35rem 1rem 0.9rem; } .fields > h3 { margin: 0.9rem 0 0; font-size: 0.92rem; color: var(--text); }
.field { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 0.15rem 1rem; margin: 0.35rem 0 0; } .field dt { color: var(--quiet); overflow-wrap: anywhere; } .field dd { margin: 0; min-width: 0; }
.field.long { grid-template-columns: minmax(0, 1fr); } .field .diff-of { border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.was, .now { display: block; width: fit-content; max-width: 100%; padding: 0 0.5rem; border-radius: 4px; text-decoration: none; overflow-wrap: anywhere; white-space: pre-wrap; }
.was { background: var(--removed); } .now { background: var(--added); } .was + .now { margin-top: 2px; }
.was::before { content: "\\2212\\00a0"; color: var(--quiet); } .now::before { content: "+\\00a0"; color: var(--quiet); }
.some { display: flex; flex-wrap: wrap; gap: 0.25rem; } .some .was, .some .now { display: inline; } .some .was + .now { margin-top: 0; }
.secret { padding: 0 0.5rem; border: 1px dashed var(--line); border-radius: 4px; color: var(--quiet); white-space: nowrap; }
.variables .field { grid-template-columns: minmax(0, 1fr); margin: 0; } .variables { padding: 0.35rem 1rem 0.6rem; } .variables td { padding-right: 1.25rem; } .part { margin-top: 2rem; }
@media (min-width: 56.01rem) { .variables td:first-child { width: 26%; } }
@media (max-width: 40rem) { .field { grid-template-columns: minmax(0, 1fr); gap: 0; } .file > summary .counts { display: none; } }
`;

const sensitive = "Whether it is sensitive";

type Hide = (text: string) => string;

/** So many lines of one text are shown. */
const mostLines = 400;
/** Longer texts are shown as lines of a diff. */
const longestValue = 160;

/** The fields of one resource, variables in a table and all else below the item that it is in. */
export function renderFieldChanges(changes: readonly FieldChange[], hide: Hide): string {
  if (changes.length === 0) return "";
  const groups = new Map<string, FieldChange[]>();
  for (const change of changes) {
    const key = change.list === "Variables" ? "Variables" : `of ${change.item}`;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()]
    .map((group) => (group[0]?.list === "Variables" ? renderVariables(group, hide) : renderGroup(group, hide)))
    .join("\n");
}

function renderGroup(group: readonly FieldChange[], hide: Hide): string {
  const [first] = group;
  const heading = first === undefined || first.item === "" ? "" : `<h3>${escapeHtml(hide(first.item))}</h3>`;
  return `<div class="fields">${heading}${group.map((change) => renderField(change, hide)).join("\n")}</div>`;
}

function renderField({ field, what }: FieldChange, hide: Hide): string {
  const isLong = what.kind === "text" && isLongText(what);
  const name = what.kind === "order" ? `Order of ${field.toLowerCase()}` : field;
  return `<dl class="field${isLong ? " long" : ""}"><dt>${escapeHtml(hide(name))}</dt><dd>${renderValue(what, hide)}</dd></dl>`;
}

function isLongText({ old, now }: { old: string; now: string }): boolean {
  return [old, now].some((text) => text.includes("\n") || text.length > longestValue * 4);
}

/** What a value was and is, or what of a list is new and gone. */
export function renderValue(what: ChangedValue, hide: Hide): string {
  if (what.kind === "secret") return `<span class="secret">${what.isNew ? "a new secret" : "a secret, changed"}</span>`;
  if (what.kind === "list")
    return `<div class="some">${[...what.removed.map((one) => renderMark("del", hide(one))), ...what.added.map((one) => renderMark("ins", hide(one)))].join("")}</div>`;
  if (what.kind === "order") return renderDiffOf(hide(what.old.join("\n")), hide(what.now.join("\n")));
  const [old, now] = [hide(what.old), hide(what.now)];
  if (isLongText({ old, now })) return renderDiffOf(old, now);
  const [was = "", is = ""] = shortenAlike([old, now]);
  return `${was === "" ? "" : renderMark("del", was)}${is === "" ? "" : renderMark("ins", is)}`;
}

function renderDiffOf(old: string, now: string): string {
  return `<div class="diff-of">${renderHunks(diffTexts(old, now), mostLines)}</div>`;
}

function renderMark(tag: "del" | "ins", text: string): string {
  const shown = text.trim() === "" ? '<span class="quiet">spaces</span>' : escapeHtml(text);
  return `<${tag} class="${tag === "del" ? "was" : "now"}">${shown}</${tag}>`;
}

/** Each value of a variable in a row, with where it is for. */
function renderVariables(group: readonly FieldChange[], hide: Hide): string {
  const rows = new Map<string, FieldChange[]>();
  for (const change of group) rows.set(change.item, [...(rows.get(change.item) ?? []), change]);
  const cells = [...rows].map(([item, changes]) => {
    const { name, scope } = splitName(item);
    const values = changes.filter(({ field }) => field === "Value");
    const scopes = changes.filter(({ field }) => field.startsWith("Scope"));
    // What is shown as a secret is sensitive.
    const isSecret = values.some(({ what }) => what.kind === "secret");
    const others = changes.filter(
      (change) => !values.includes(change) && !scopes.includes(change) && !(isSecret && change.field === sensitive),
    );
    return [
      `<b>${escapeHtml(hide(name))}</b>`,
      values.map(({ what }) => renderValue(what, hide)).join(""),
      scopes.length === 0
        ? escapeHtml(hide(scope))
        : scopes.map(({ field, what }) => `${renderScope(field)}${renderValue(what, hide)}`).join(""),
      others.map((change) => renderField(change, hide)).join(""),
    ];
  });
  return `<div class="variables">${renderHtmlTable(["Variable", "Value", "Scope", "Besides"], cells)}</div>`;
}

function renderScope(field: string): string {
  const dimension = field.split(" › ").slice(1).join(" › ");
  return dimension === ""
    ? ""
    : `<span class="quiet">${escapeHtml(dimension.slice(0, 1).toUpperCase() + dimension.slice(1))}</span>`;
}

/** The API has no name for one value of several: ours tells its scope in brackets. */
function splitName(item: string): { name: string; scope: string } {
  const [, name, scope] = /^(.*?) \(([A-Z]\w*: .*)\)(?: #\d+)?$/s.exec(item) ?? [];
  return name === undefined || scope === undefined ? { name: item, scope: "" } : { name, scope };
}
