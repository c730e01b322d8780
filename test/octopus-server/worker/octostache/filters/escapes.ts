import { withoutOptions, type Filter } from "./filter.ts";
import { markdownToHtml } from "./markdown-to-html.ts";

const xmlEntities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};
const htmlEntities: Readonly<Record<string, string>> = { ...xmlEntities, "/": "&#x2F;" };
const jsonEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\r": "\\r",
  "\t": "\\t",
  "\n": "\\n",
  "\\": "\\\\",
};

export const escapeFilters: Record<string, Filter> = {
  htmlescape: withoutOptions((text) => replaceEach(text, /[&<>"'/]/g, htmlEntities)),
  xmlescape: withoutOptions((text) => replaceEach(text, /[&<>"']/g, xmlEntities)),
  jsonescape: withoutOptions((text) => replaceEach(text, /["\r\t\n\\]/g, jsonEscapes)),
  uriescape: withoutOptions((text) => percentEncode(text, /[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]/gu)),
  uridataescape: withoutOptions((text) => percentEncode(text, /[^A-Za-z0-9\-._~]/gu)),
  yamlsinglequoteescape: withoutOptions(escapeYamlSingleQuoted),
  yamldoublequoteescape: withoutOptions((text) =>
    replaceEach(text, /["\r\t\n\\]/g, jsonEscapes).replace(/[^\x20-\x7e]/g, unicodeEscape),
  ),
  propertieskeyescape: withoutOptions((text) => escapeProperties(text).replace(/[ :=]/g, "\\$&")),
  propertiesvalueescape: withoutOptions((text) => escapeProperties(text).replace(/^ /, "\\ ")),
  markdown: withoutOptions(markdownToHtml),
  markdowntohtml: withoutOptions(markdownToHtml),
};

function replaceEach(text: string, characters: RegExp, by: Readonly<Record<string, string>>): string {
  return text.replace(characters, (character) => by[character] ?? character);
}

function percentEncode(text: string, characters: RegExp): string {
  return text.replace(characters, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
}

/** In single quotes, YAML reads n+1 line breaks as n. */
function escapeYamlSingleQuoted(text: string): string {
  const broken = text.replace(/(?:\r?\n)+/g, (breaks) => (breaks.startsWith("\r") ? "\r\n" : "\n") + breaks);
  return broken.replaceAll("'", "''");
}

function escapeProperties(text: string): string {
  return replaceEach(text, /[\r\t\n\\]/g, jsonEscapes).replace(/[\u00ff-\uffff]/g, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
