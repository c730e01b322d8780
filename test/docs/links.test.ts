import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../build/project.ts";
import { pages, readPage } from "./read-commands.ts";

const linking = [...pages, "ARCHITECTURE.md", "CONTRIBUTING.md"];

/** Without code, in which brackets are no links. */
function readText(path: string): string {
  return readPage(path)
    .replaceAll(/^ *(?:\d+\. )?```.*?^ *```/gms, "")
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, " "));
}

interface Link {
  text: string;
  target: string;
}

function readLinks(path: string): Link[] {
  return [...readText(path).matchAll(/(?<text>!?\[[^\]]*\])\((?<target>[^)\s]+)\)/g)].map(({ groups = {} }) => ({
    text: groups["text"] ?? "",
    target: groups["target"] ?? "",
  }));
}

/** What headings are called in addresses: as GitHub does it. */
function listAnchors(path: string): string[] {
  const seen = new Map<string, number>();
  const headings = [
    ...readPage(path)
      .replaceAll(/^```.*?^```/gms, "")
      .matchAll(/^#{1,6} (.+)$/gm),
  ];
  return headings.map(([, heading = ""]) => {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = words.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, "").replaceAll(" ", "-");
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

function isBroken(page: string, { target }: Link): boolean {
  if (/^https?:\/\//.test(target)) return !URL.canParse(target);
  const [file = "", anchor] = target.split("#");
  const path = file === "" ? page : join(dirname(page), file);
  if (!existsSync(join(projectRoot, path))) return true;
  return anchor !== undefined && !listAnchors(path).includes(decodeURIComponent(anchor));
}

test.each(linking)("each link of %s leads somewhere", (page) => {
  const links = readLinks(page);

  expect(links.filter((link) => isBroken(page, link))).toEqual([]);
});

test("a link that leads nowhere is found", () => {
  const broken = ["nowhere.md", "secrets.md#no-such-heading", "#nor-this", "../docs/secrets.md#Secrets"];
  const fine = ["secrets.md#keys-of-servers", "../README.md", "#secrets", "https://octopus.com/docs"];

  expect(broken.filter((target) => isBroken("docs/secrets.md", { text: "", target }))).toEqual(broken);
  expect(fine.filter((target) => isBroken("docs/secrets.md", { text: "", target }))).toEqual([]);
});

test("each page is reached from the README, in one step or two", () => {
  const reach = (page: string): string[] =>
    readLinks(page)
      .filter(({ target }) => !/^(https?:|#)/.test(target))
      .map(({ target }) => join(dirname(page), target.replace(/#.*/, "")));
  const first = reach("README.md");
  const reached = new Set(["README.md", ...first, ...first.filter((path) => linking.includes(path)).flatMap(reach)]);

  expect(linking.filter((page) => !reached.has(page))).toEqual([]);
});

test("pictures tell in words what they show, and are light", () => {
  const pictures = linking.flatMap((page) =>
    readLinks(page)
      .filter(({ text }) => text.startsWith("!"))
      .map(({ text, target }) => ({ text, path: join(dirname(page), target) })),
  );

  expect(pictures.length).toBeGreaterThan(3);
  for (const { text, path } of pictures) {
    expect([path, text.length > 20]).toEqual([path, true]);
    expect([path, statSync(join(projectRoot, path)).size < 150_000]).toEqual([path, true]);
  }
});
