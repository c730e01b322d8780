/** Rows of text as columns; long cells are broken at commas so that a table fits on a screen. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const broken = rows.map((row) => row.map((cell) => cell.split(", ")));
  const widths = (broken[0] ?? []).map((_, column) =>
    Math.max(...broken.flatMap((row) => (row[column] ?? []).map((line) => line.length))),
  );
  const lines = broken.flatMap((row) => {
    const height = Math.max(...row.map((cell) => cell.length));
    return Array.from({ length: height }, (_, line) =>
      row
        .map((cell, column) => (cell[line] ?? "").padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  });
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [lines[0] ?? "", rule, ...lines.slice(1)].join("\n");
}
