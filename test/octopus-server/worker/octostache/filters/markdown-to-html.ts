/** Markdown to HTML for the `Markdown` filter: headings, paragraphs, flat lists, quotes, code, tables, inline marks and links. */
export function markdownToHtml(markdown: string): string {
  const blocks = markdown
    .replaceAll("\r\n", "\n")
    .trim()
    .split(/\n{2,}/);
  return `${blocks.map(renderBlock).join("\n")}\n\n`;
}

function renderBlock(block: string): string {
  const lines = block.split("\n");
  const heading = /^(#{1,6})\s+(.*)$/.exec(block);
  if (heading !== null) return `<h${heading[1]?.length}>${renderInline(heading[2] ?? "")}</h${heading[1]?.length}>`;
  if (block.startsWith("```") && block.endsWith("```"))
    return `<pre><code>${escapeHtml(lines.slice(1, -1).join("\n"))}\n</code></pre>`;
  if (/^(-{3,}|\*{3,}|_{3,})$/.test(block)) return "<hr />";
  if (lines.every((line) => /^[-*+]\s+/.test(line))) return renderList("ul", lines, /^[-*+]\s+/);
  if (lines.every((line) => /^\d+\.\s+/.test(line))) return renderList("ol", lines, /^\d+\.\s+/);
  if (/^\s*\|?[\s:|-]+\|?\s*$/.test(lines[1] ?? "") && block.includes("|")) return renderTable(lines);
  if (lines.every((line) => line.startsWith(">"))) return renderQuote(lines);
  return `<p>${renderInline(block)}</p>`;
}

function renderList(tag: string, lines: string[], marker: RegExp): string {
  const items = lines.map((line) => `<li>${renderInline(line.replace(marker, ""))}</li>`);
  return [`<${tag}>`, ...items, `</${tag}>`].join("\n");
}

function renderTable([head = "", , ...rows]: string[]): string {
  const body = rows.length === 0 ? [] : ["<tbody>", ...rows.map((row) => renderRow(row, "td")), "</tbody>"];
  return ["<table>", "<thead>", renderRow(head, "th"), "</thead>", ...body, "</table>"].join("\n");
}

function renderRow(line: string, tag: string): string {
  const cells = line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|");
  return ["<tr>", ...cells.map((cell) => `<${tag}>${renderInline(cell.trim())}</${tag}>`), "</tr>"].join("\n");
}

function renderQuote(lines: string[]): string {
  return `<blockquote>\n${renderBlock(lines.map((line) => line.replace(/^>\s?/, "")).join("\n"))}\n</blockquote>`;
}

function renderInline(text: string): string {
  return escapeHtml(text)
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/!\[([^\]]*)\]\(([^)\s]+)\)/g, '<img src="$2" alt="$1" />')
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, '<a href="$2">$1</a>')
    .replace(/(^|[\s(])(https?:\/\/[^\s<]+)/g, '$1<a href="$2">$2</a>')
    .replace(/(\*\*|__)([^*_]+)\1/g, "<strong>$2</strong>")
    .replace(/\*([^*]+)\*/g, "<em>$1</em>")
    .replace(/(^|\W)_([^_]+)_(?=\W|$)/g, "$1<em>$2</em>")
    .replace(/~~([^~]+)~~/g, "<del>$1</del>");
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
