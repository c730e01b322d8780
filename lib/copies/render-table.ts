/** Rows of text in columns, as lines for a log; columns without any text are left out. */
export function renderTable(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const used = headings.map((_, column) => rows.some((row) => (row[column] ?? "") !== ""));
  const all = [headings, ...rows].map((row) =>
    headings.map((_, column) => row[column] ?? "").filter((_, column) => used[column]),
  );
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [lines[0] ?? "", widths.map((width) => "─".repeat(width)).join("  "), ...lines.slice(1)];
}
