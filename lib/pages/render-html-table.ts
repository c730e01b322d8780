import { escapeHtml } from "./escape-html.ts";

/**
 * A table whose columns without any text are left out, and whose rows stand as cards where a page is narrow.
 * @param rows - HTML of each cell
 */
export function renderHtmlTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const used = headings.map((_, column) => rows.some((row) => (row[column] ?? "") !== ""));
  const pick = (cells: readonly string[], render: (cell: string, column: number) => string): string =>
    `<tr>${cells.map((cell, column) => (used[column] === true ? render(cell, column) : "")).join("")}</tr>`;
  const head = pick(headings, (heading) => `<th scope="col">${escapeHtml(heading)}</th>`);
  const body = rows.map((row) => pick(row, (cell, column) => renderCell(cell, headings[column] ?? "")));
  return `<table class="rows"><thead>${head}</thead><tbody>${body.join("\n")}</tbody></table>`;
}

function renderCell(cell: string, heading: string): string {
  return cell === "" ? "<td></td>" : `<td data-heading="${escapeHtml(heading)}">${cell}</td>`;
}
