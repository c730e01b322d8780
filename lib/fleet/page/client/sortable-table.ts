import { doInChunks, type Chunks } from "./chunks.ts";
import { h, type Child } from "./element.ts";
import type { Page } from "./page.ts";
import { digits } from "./words.ts";

export interface Column<Row> {
  title: string;
  /** What it is sorted by, and shown where nothing else is. */
  value(row: Row): number | string | undefined;
  show?(row: Row): Child;
  /** In the last row. */
  total?: number | string | undefined;
}

/** A table whose headings sort it: the address has by which, `-` before it for downwards. */
export function sortableTable<Row>(
  page: Page,
  label: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): { element: HTMLElement; chunks: Chunks } {
  const [, sign = "", title = ""] = /^(-?)(.*)$/.exec(page.view.sort) ?? [];
  const sorted = columns.find((column) => column.title === title);
  const body = h("tbody");
  const table = h(
    "table",
    { class: "report" },
    h("caption", { class: "unseen" }, label),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        columns.map((column) =>
          heading(page, column.title, column === sorted ? sign || "+" : "", isNumeric(column, rows)),
        ),
      ),
    ),
    body,
  );
  if (rows.length > 1 && columns.some(({ total }) => total !== undefined))
    table.append(
      h(
        "tfoot",
        {},
        h(
          "tr",
          {},
          columns.map((column, index) =>
            h(
              index === 0 ? "th" : "td",
              { class: isNumeric(column, rows) && "number", ...(index === 0 && { scope: "row" }) },
              index === 0 ? "All" : textOf(column.total),
            ),
          ),
        ),
      ),
    );
  const jobs = sortRows(rows, sorted, sign).map((row) => (): void => {
    body.append(
      h(
        "tr",
        {},
        columns.map((column, index) =>
          h(
            index === 0 ? "th" : "td",
            { class: typeof column.value(row) === "number" && "number", ...(index === 0 && { scope: "row" }) },
            column.show?.(row) ?? textOf(column.value(row)),
          ),
        ),
      ),
    );
  });
  return {
    element: h("div", { class: "card wide flush", tabindex: 0, role: "region", "aria-label": label }, table),
    chunks: doInChunks(jobs, 60),
  };
}

function heading(page: Page, title: string, sign: string, isNumber: boolean): HTMLElement {
  // Numbers are asked for from the highest, names from the first.
  const next = sign === "" ? (isNumber ? `-${title}` : title) : sign === "-" ? title : `-${title}`;
  const order = sign === "" ? undefined : sign === "-" ? "descending" : "ascending";
  const arrow = order === undefined ? "" : order === "descending" ? " ↓" : " ↑";
  return h(
    "th",
    { scope: "col", class: isNumber && "number", "aria-sort": order },
    h("a", { href: page.href({ sort: next }), "data-key": `sort-${title}` }, `${title}${arrow}`),
  );
}

function isNumeric<Row>({ value }: Column<Row>, rows: readonly Row[]): boolean {
  return rows.some((row) => typeof value(row) === "number");
}

function sortRows<Row>(rows: readonly Row[], column: Column<Row> | undefined, sign: string): readonly Row[] {
  if (column === undefined) return rows;
  const direction = sign === "-" ? -1 : 1;
  return rows.toSorted((a, b) => compare(column.value(a), column.value(b), direction));
}

/** What is not known comes last in both directions. */
function compare(a: number | string | undefined, b: number | string | undefined, direction: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return (a < b ? -1 : a > b ? 1 : 0) * direction;
}

function textOf(value: number | string | undefined): string {
  return value === undefined ? "" : typeof value === "number" ? digits(value) : value;
}
