// The rooms of lib, and steps above them, out of the table in ARCHITECTURE.md: the lint rule and its test read them here. JavaScript, since the linter loads it.
import { readFileSync } from "node:fs";

/**
 * What is not in order yet: imports of files below the first path from below the second. To be emptied.
 * @type {readonly (readonly [from: string, to: string])[]}
 */
export const exceptions = [];

/**
 * The rows of the table that are about lib or steps, from the ground up.
 * @param {string} [text] Markdown
 * @returns {{ room: string, knows: string[] }[]} `knows` has the rooms that the row names, and all that these know
 */
export function readRooms(text = readFileSync(new URL("../ARCHITECTURE.md", import.meta.url), "utf8")) {
  /** @type {Map<string, string[]>} */
  const known = new Map();
  for (const line of text.split("\n")) {
    const [first = "", , last = ""] = line.split("|").slice(1);
    const rooms = namesIn(first).filter((name) => /^(lib\/.|steps\/$)/.test(name));
    const knows = rooms.length === 0 ? [] : listKnown(last, known);
    for (const room of rooms) known.set(room.replace(/\/$/, ""), knows);
  }
  return [...known].map(([room, knows]) => ({ room, knows }));
}

/**
 * @param {string} from the importing file, from the project's root
 * @param {string} to the imported one
 * @param {ReturnType<typeof readRooms>} rooms
 * @returns {string | undefined} a sentence for an import that does not go downwards
 */
export function explainImport(from, to, rooms) {
  const [room, other] = [roomOf(from), roomOf(to)];
  if (room === undefined || other === undefined || room === other || isException(from, to)) return undefined;
  const row = rooms.find((candidate) => candidate.room === room);
  if (row === undefined) return `${from} is in ${room}, which has no row in ARCHITECTURE.md. Give it one.`;
  if (row.knows.includes(other)) return undefined;
  return `${from} imports ${to}, and ${room} knows nothing of ${other} (ARCHITECTURE.md). Move what both need to a room below.`;
}

/** @param {string} from @param {string} to */
function isException(from, to) {
  return exceptions.some(([above, below]) => from.startsWith(above) && to.startsWith(below));
}

/** `lib/git`, or the file's own path for one that lies in lib itself; all steps are one; undefined for a file elsewhere. @param {string} file */
function roomOf(file) {
  return /^(lib\/[^/]+|steps)/.exec(file)?.[0];
}

/** @param {string} cell @param {ReadonlyMap<string, string[]>} rowsAbove */
function listKnown(cell, rowsAbove) {
  if (cell.includes("all of `lib`")) return [...rowsAbove.keys()];
  const named = namesIn(cell).map((name) => `lib/${name}`);
  const unknown = named.find((room) => !rowsAbove.has(room));
  if (unknown !== undefined) throw new Error(`No row above the one that knows ${unknown} is about it. Order the rows.`);
  return [...new Set(named.flatMap((room) => [...(rowsAbove.get(room) ?? []), room]))];
}

/** @param {string} cell */
function namesIn(cell) {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}
