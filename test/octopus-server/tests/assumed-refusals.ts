import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** A refusal of the local Octopus, and what the comment nearest to it says of where it is known from. */
export interface StatedRefusal {
  file: string;
  /** What it says, with `…` for what depends on the request. */
  sentence: string;
  comment: string;
}

/** What defines refusals, and what no real server has. */
const notOfTheApi: readonly string[] = ["route.ts", "local.ts"];

/** Every `badRequest(…)` and `new Refusal(…)` in the files of a folder, in the order of their names. */
export function listRefusals(folder: string): StatedRefusal[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && !notOfTheApi.includes(name));
  return files.toSorted().flatMap((file) => refusalsIn(file, readFileSync(join(folder, file), "utf8")));
}

function refusalsIn(file: string, text: string): StatedRefusal[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: StatedRefusal[] = [];
  const visit = (node: ts.Node): void => {
    const sentence = sentenceOf(node);
    if (sentence !== undefined) found.push({ file, sentence, comment: commentFor(node, text) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** @returns undefined for a node that refuses nothing, or whose sentence is put together elsewhere */
function sentenceOf(node: ts.Node): string | undefined {
  if (ts.isCallExpression(node) && node.expression.getText() === "badRequest") return textOf(node.arguments[0]);
  if (ts.isNewExpression(node) && node.expression.getText() === "Refusal") return textOf(node.arguments?.[1]);
  return undefined;
}

function textOf(node: ts.Expression | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join("");
}

/** The nearest comment that speaks of a source: above the refusal or what encloses it, else further up in the same function. */
function commentFor(node: ts.Node, text: string): string {
  for (let at: ts.Node | undefined = node; at !== undefined && !ts.isSourceFile(at); at = at.parent) {
    const own = commentsAt(at, text).find(speaksOfSource);
    if (own !== undefined) return own;
    if (!ts.isFunctionDeclaration(at)) continue;
    const earlier = commentsBefore(node, { within: at, text }).findLast(speaksOfSource);
    if (earlier !== undefined) return earlier;
  }
  return "";
}

function commentsAt(node: ts.Node, text: string): string[] {
  const ranges = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
  return ranges.length === 0 ? [] : [ranges.map((range) => withoutMarks(text.slice(range.pos, range.end))).join(" ")];
}

function commentsBefore(node: ts.Node, { within, text }: { within: ts.Node; text: string }): string[] {
  const found: string[] = [];
  const visit = (at: ts.Node): void => {
    if (at.getStart() >= node.getStart()) return;
    found.push(...commentsAt(at, text));
    ts.forEachChild(at, visit);
  };
  ts.forEachChild(within, visit);
  return found;
}

function speaksOfSource(comment: string): boolean {
  return /\b(source|assumed|docs|known from)\b/i.test(comment);
}

function withoutMarks(comment: string): string {
  const lines = comment.split("\n").map((line) => line.replace(/^\s*(\/\*\*?|\*\/|\*|\/\/)\s?/, ""));
  return lines
    .join(" ")
    .replace(/\*\/\s*$/, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
