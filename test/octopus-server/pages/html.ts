/** Text that is HTML already. Everything else that a template is given is escaped. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | undefined | readonly Part[];

/** `<p>${text}</p>`: texts are escaped, lists joined, undefined is left out. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.map((string, index) => string + render(parts[index])).join("") };
}

function render(part: Part): string {
  if (part === undefined) return "";
  if (typeof part === "string" || typeof part === "number") return escapeText(String(part));
  return "html" in part ? part.html : part.map(render).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Text of a log: links in Markdown's form become links, if they lead to the web. */
export function linked(text: string): Html {
  const parts = text.split(/(\[[^\]]+\]\(https?:\/\/[^\s)]+\))/);
  return html`${parts.map(linkOrText)}`;
}

function linkOrText(part: string): Part {
  const [, title, address] = /^\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)$/.exec(part) ?? [];
  return title === undefined || address === undefined ? part : html`<a class="link" href="${address}">${title}</a>`;
}
