import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { renderUpdates } from "../../../lib/copies/render-updates.ts";
import { renderValidations } from "../../../lib/validation/render-validations.ts";
import { renderRehearsal } from "../../../lib/fleet/render-rehearsal.ts";
import { renderProjects } from "../../../steps/list-downstream-projects/render-projects.ts";
import { renderConflicts } from "../../../steps/merge-updates/render-conflicts.ts";
import { renderPreview } from "../../../steps/preview-updates/preview-copy.ts";
import { textOfPage } from "../../text-of-page.ts";
import { rehearsalOf } from "./hard-rehearsal.ts";
import { awkward, conflicts, databaseUpdate, gitUpdate, nameOf, problem, resources } from "./hard-updates.ts";

const america = { scope: "", space: awkward[1] ?? "", secrets: [] };
const all = [
  databaseUpdate(0, {}),
  databaseUpdate(1, { changes: 40, kept: 13, resources }),
  gitUpdate(2, { commits: 100, files: 0 }),
  gitUpdate(3),
  problem(4, true),
  problem(5, false),
  databaseUpdate(6, { changes: 1, kept: 1, conflicts, resources }),
];

/** What people get to see, by name. */
async function renderAll(): Promise<Map<string, string>> {
  const preview = { template: nameOf(1), secrets: [], tenant: nameOf(5) };
  const render = async (index: number): Promise<string> =>
    (await renderPreview(all[index] ?? problem(0, true), undefined, preview)) ?? "";
  return new Map([
    ["updates", renderUpdates(all, america)],
    ["updates-none", renderUpdates([], america)],
    ["updates-one", renderUpdates([databaseUpdate(0, {})], { ...america, space: "America", scope: ' of "Hello"' })],
    ["updates-many", renderUpdates(Array.from({ length: 300 }, manyOf), { ...america, space: "America" })],
    ["preview", await render(1)],
    ["preview-conflicts", await render(6)],
    ["projects", renderProjects(Array.from({ length: 14 }, projectOf), { template: nameOf(1) })],
    [
      "rehearsal",
      renderRehearsal(rehearsalOf(12), { secrets: [] }).replaceAll(
        '<details class="fold">',
        '<details class="fold" open>',
      ),
    ],
    ["rehearsal-many", renderRehearsal(rehearsalOf(300), { secrets: [] })],
    [
      "validations",
      renderValidations([0, 1, 2, 3].map(validationOf), { template: nameOf(1), secrets: ["battery staple"] }),
    ],
    ["validations-none", renderValidations([], { template: "Hello World", secrets: [] })],
    ["projects-none", renderProjects([], { template: "Hello World" })],
    [
      "merge-conflicts",
      renderConflicts([0, 2, 3].map(conflictedOf), { template: nameOf(1), secrets: ["battery staple"] }),
    ],
  ]);
}

function manyOf(_: unknown, index: number): (typeof all)[number] {
  if (index % 10 === 3) return databaseUpdate(index, { changes: 40, kept: 5, conflicts: conflicts.slice(0, 2) });
  return databaseUpdate(index, { changes: index % 2 === 0 ? 0 : 40, kept: index % 3 });
}

function projectOf(_: unknown, index: number): Parameters<typeof renderProjects>[0][number] {
  return {
    space: nameOf(index + 1),
    spaceId: "Spaces-7",
    project: nameOf(index),
    projectId: "Projects-1",
    url: "https://octopus.example.com/app#/Spaces-7/projects/Projects-1",
    repository: index % 2 === 0 ? "" : `https://git.example.com/acme/${"america_".repeat(index)}world`,
    branch: index % 2 === 0 ? "" : "main",
    packageVersion: "2026.11.29.1",
    commit: index % 2 === 0 ? "" : "0123456789abcdef0123456789abcdef01234567",
    lastChange: index === 2 ? "" : "2026-11-29T14:00:00Z",
    source: index === 4 ? 'terraform, workspace "america"' : "receipt",
    isDeleted: index === 3,
  };
}

function conflictedOf(index: number): Parameters<typeof renderConflicts>[0][number] {
  const found = gitUpdate(index, { files: 1 + (index % 3) });
  const inConflict = found.kind === "git" ? found.update.conflicts : [];
  return {
    name: nameOf(index),
    files: [
      ...inConflict.map((conflict) => ({ conflict, hunks: [] })),
      ...inConflict.slice(0, 1).map((conflict) => ({
        conflict,
        hunks: [hunkOf(4, index), hunkOf(90, index + 1)],
        proposal: { before: "one\ntwo\n", after: `one\nthree ${nameOf(index)}\n` },
      })),
      ...Array.from({ length: index === 3 ? 14 : 0 }, () => ({
        conflict: { path: "logo.png", kind: "binary" as const, into: "modified" as const, from: "modified" as const },
        hunks: [],
      })),
    ],
    solved: index === 0 ? [] : [{ path: `.octopus/${"x".repeat(80)}.ocl`, differences: ["order"] }],
    pullRequest: index === 0 ? undefined : { number: 7, webUrl: "https://git.example.com/acme/america/pulls/7" },
    commands: [
      "git clone https://git.example.com/acme/america_world",
      `git merge ${"0".repeat(40)} # ${nameOf(index)}`,
    ],
  };
}

function validationOf(index: number): Parameters<typeof renderValidations>[0][number] {
  const place = nameOf(index);
  const missing = {
    kind: "space" as const,
    place,
    text: `The space "${place}" has no worker pool with the slug "${"linux-".repeat(index * 8)}", which ${place} in deployment_process.ocl names.`,
  };
  const file = {
    kind: "file" as const,
    place: "",
    text: "The OCL of .octopus/hello/runbooks/a.ocl cannot be read, line 3.",
  };
  const isRequest = index !== 1;
  return {
    subject: {
      repository: {
        kind: "template",
        at: { url: "https://git.example.com/acme/web.git", basePath: ".octopus/hello", defaultBranch: "main" },
        path: { owner: "acme", name: "web" },
        url: "https://git.example.com/acme/web.git",
        copies: [],
      },
      branch: `feature/${"long-".repeat(index * 10)}name`,
      into: "main",
      isForeign: index === 2,
      request: isRequest ? requestOf(index) : undefined,
    },
    commit: "0123456789abcdef0123456789abcdef01234567",
    findings: {
      problems: index === 0 || index === 3 ? [] : [missing, file, { ...missing, text: "It asks for battery staple." }],
      remarks: index === 0 ? [] : [{ ...missing, kind: "merge" }],
      unknown: index === 2 ? [missing] : [],
    },
    ...(index === 3 ? { failure: "The branch is gone." } : {}),
  };
}

function requestOf(index: number): Parameters<typeof renderValidations>[0][number]["subject"]["request"] {
  return {
    number: index + 5,
    title: nameOf(index),
    state: "open",
    webUrl: `https://git.example.com/acme/web/pulls/${index + 5}`,
    source: undefined,
    from: "feature",
    to: "main",
    commit: "0123456789abcdef0123456789abcdef01234567",
  };
}

/** What a step says on each side, too long for a page. */
function hunkOf(line: number, index: number): ReturnType<typeof conflictedOf>["files"][number]["hunks"][number] {
  const body = (text: string): string => `            Octopus.Action.Script.ScriptBody = "echo ${text}"`;
  const same = "        properties = {";
  return {
    line,
    base: index % 2 === 0 ? [same, body("Hello")] : [],
    from: [same, body(`Hello ${nameOf(index)}`), body("https://barry:hunter22@example.com/x")],
    into: [same, body("battery staple"), ...Array.from({ length: 80 }, (_, at) => body(`${"long ".repeat(at)}`))],
  };
}

test("a page of conflicts shows what all sides have, and no secrets", () => {
  const page = textOfPage(
    renderConflicts([2].map(conflictedOf), { template: "Hello World", secrets: ["battery staple"] }),
  );

  expect(page).toMatch(/The template had[^]*The template has[^]*echo Hello[^]*The copy has/);
  expect(page).toContain("A proposal");
  expect(page).toMatch(/\d+ more lines/);
  expect(page).not.toMatch(/battery staple|hunter22/);
});

test("what was validated and has problems comes first", () => {
  const page = renderValidations([0, 1, 2, 3].map(validationOf), {
    template: "Hello World",
    secrets: ["battery staple"],
  });

  expect([...page.matchAll(/<\/h2><span class="badge \w+">([^<]+)/g)].map(([, status]) => status)).toEqual([
    "Problems",
    "Problems",
    "Not checked",
    "No problem",
  ]);
  expect(textOfPage(page)).toMatch(/Files The OCL of/);
  expect(page).not.toContain("battery staple");
});

test("no name becomes markup, and nothing on a page is loaded or run", async () => {
  const pages = [...(await renderAll()).values()];

  for (const page of pages) {
    expect(withoutProgram(page)).not.toMatch(/<(img|script|link|iframe)/i);
    expect(page).toContain("default-src 'none'");
    expect(textOfPage(withoutProgram(page))).not.toMatch(
      /undefined|null|NaN|\b1 (copies|projects|changes|lines|commits|versions)\b/,
    );
  }
});

/** Without the one script that a page may have, which its policy names. */
function withoutProgram(page: string): string {
  const [, program = ""] = /<script>([\s\S]*?)<\/script>/.exec(page) ?? [];
  const digest = createHash("sha256").update(program).digest("base64");
  return page.includes(`script-src 'sha256-${digest}'`) ? page.replace(`<script>${program}</script>`, "") : page;
}

test("copies that need a person come first, and long lists open on a click", () => {
  const page = renderUpdates(all, america);

  expect([...page.matchAll(/<\/h2><span class="badge \w+">([^<]+)/g)].map(([, status]) => status)).toEqual([
    "Failed",
    "Conflicts",
    "Conflicts",
    "Gone",
    "Can be deployed",
    "Can be merged",
    "Up to date",
  ]);
  expect(page).toContain("<summary>30 more</summary>");
  expect(textOfPage(page)).toContain("7 copies in the space");
});

/** What stands in a column of a few letters, or is only seen by scrolling sideways. */
const findSqueezed = `[...document.querySelectorAll("td:not(.number, .sign), dd, p, li, h1, h2, h3, .what, .wide, .card, pre")]
  .filter((element) => (element.clientWidth < 60 && element.clientHeight > 120) || element.scrollWidth > element.clientWidth + 1)
  .map((element) => element.outerHTML.slice(0, 100))`;

const browserPath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
const pictures = process.env["MANAGED_SPACES_SCREENSHOTS"];

test.skipIf(browserPath === undefined)(
  "a browser shows each page wide and narrow, and nothing lies beside it",
  async () => {
    const directory = mkdtempSync(join(tmpdir(), "pages-"));
    const browser = await chromium.launch({ executablePath: browserPath ?? "", args: ["--no-sandbox"] });
    const wrong: string[] = [];
    try {
      for (const [name, html] of await renderAll()) {
        const file = join(directory, `${name}.html`);
        writeFileSync(file, html);
        for (const [colorScheme, width] of [
          ["light", 1280],
          ["light", 900],
          ["dark", 400],
        ] as const) {
          const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
          page.on("request", (request) => {
            if (request.url() !== pathToFileURL(file).href) wrong.push(`${name} asks for ${request.url()}`);
          });
          await page.goto(pathToFileURL(file).href);
          if (!(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")))
            wrong.push(`${name} is wider than ${width}`);
          for (const text of await page.evaluate<string[]>(findSqueezed))
            wrong.push(`${name} at ${width} squeezes ${text}`);
          if (pictures !== undefined)
            await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: !name.endsWith("-many") });
          await page.close();
        }
      }
    } finally {
      await browser.close();
      rmSync(directory, { recursive: true });
    }
    expect(wrong).toEqual([]);
  },
);
