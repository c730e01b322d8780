import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { readDiff } from "../../../lib/git/compare.ts";
import { parseDiff } from "../../../lib/git/parse-diff.ts";
import { renderDiff } from "../../../lib/pages/render-diff.ts";
import { renderPage } from "../../../lib/pages/render-page.ts";
import { pairOf } from "../git/repositories.ts";

async function diffOfEverything(): Promise<string> {
  const pair = await pairOf({
    upstream: [
      {
        files: {
          "process.ocl": 'step "one" {\n}\n\nstep "2 < 3 && \'x\'" {\n}\n\nstep "three" {\n}\n',
          "logo.png": Buffer.from([0, 9, 9]),
          "readme.md": undefined,
          "docs.md": "# Web\n",
          "new file.ocl": "-- removed?\n++ added?\nno end",
          'quo"ted.md': "q\n",
        },
      },
    ],
  });
  const { repository, from, into } = await pair.look();
  return readDiff(repository, { base: into, head: from });
}

test("reads every kind of change, with line numbers", async () => {
  const files = parseDiff(await diffOfEverything());

  expect(
    files.map(({ path, oldPath, change, isBinary, added, removed }) => [
      path,
      oldPath,
      change,
      isBinary,
      added,
      removed,
    ]),
  ).toEqual([
    ["docs.md", "readme.md", "renamed", false, 0, 0],
    ["logo.png", undefined, "changed", true, 0, 0],
    ["new file.ocl", undefined, "added", false, 3, 0],
    ["process.ocl", undefined, "changed", false, 1, 1],
    ['quo"ted.md', undefined, "added", false, 1, 0],
  ]);
  expect(files[2]?.hunks[0]?.lines.at(-1)).toEqual({ kind: "added", text: "no end", newLine: 3, isUnfinished: true });
  expect(files[3]?.hunks[0]?.lines.find(({ kind }) => kind === "removed")).toEqual({
    kind: "removed",
    text: 'step "two" {',
    oldLine: 4,
  });
});

test("text that is no diff has no files", () => {
  expect(parseDiff("")).toEqual([]);
  expect(parseDiff("warning: something\n")).toEqual([]);
  expect(renderDiff("", { title: "Nothing" })).toContain("There are no differences.");
});

test("the page of a diff begins as every other page does, and adds to its look", () => {
  const beforeBody = (page: string): string => page.slice(0, page.indexOf("</style>"));

  const other = renderPage({ title: "Hello", subtitle: "", body: "" });

  expect(beforeBody(renderDiff("", { title: "Hello" })).startsWith(beforeBody(other))).toBe(true);
});

test("escapes all that comes from the repository", () => {
  const evil = '<script>alert("1")</script>';
  const diff = `diff --git a/${evil} b/${evil}\nnew file mode 100644\n--- /dev/null\n+++ b/${evil}\n@@ -0,0 +1 @@ ${evil}\n+${evil}\u202e\n`;

  const page = renderDiff(diff, { title: evil, subtitle: evil });

  expect(page).not.toContain("<script");
  expect(page).toContain("U+202E");
  expect(page).toContain("&lt;script&gt;");
});

test("masks secrets in every form, and the credentials in addresses", () => {
  const secret = "s3cr3t/value+sentinel";
  const forms = [secret, Buffer.from(secret).toString("base64"), encodeURIComponent(secret)];
  const diff = `diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1,4 @@\n${forms.map((form) => `+x = ${form}`).join("\n")}\n+url = https://lisa:hunter2@host/a\n`;

  const page = renderDiff(diff, { title: `About ${secret}`, secrets: [secret] });

  for (const form of [...forms, "hunter2"]) expect(page).not.toContain(form);
  expect(page).toContain("https://****@host/a");
});

test("a huge file is cut, and says so", () => {
  const diff = `diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -0,0 +1,5000 @@\n${"+line\n".repeat(5000)}`;

  const page = renderDiff(diff, { title: "Huge" });

  expect(page).toContain("3000 more lines are not shown.");
  expect(page.match(/class="added"/g)).toHaveLength(2000);
});

const browserPath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);

test.skipIf(browserPath === undefined)(
  "a browser shows the page in light and dark, narrow and wide, and asks for nothing",
  async () => {
    const directory = mkdtempSync(join(tmpdir(), "diff-page-"));
    const file = join(directory, "diff.html");
    writeFileSync(
      file,
      renderDiff(await diffOfEverything(), {
        title: "Hello World in America",
        subtitle: "What the template's newest version would change",
      }),
    );
    const browser = await chromium.launch({ executablePath: browserPath ?? "", args: ["--no-sandbox"] });
    try {
      for (const [colorScheme, width] of [
        ["light", 1200],
        ["dark", 420],
      ] as const) {
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
        const asked: string[] = [];
        page.on("request", (request) => void asked.push(request.url()));
        await page.goto(pathToFileURL(file).href);

        expect(asked).toEqual([pathToFileURL(file).href]);
        expect(await page.locator("nav li").count()).toBe(5);
        expect(await page.locator("tr.added").count()).toBe(5);
        expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
        const pictures = process.env["MANAGED_SPACES_SCREENSHOTS"];
        if (pictures !== undefined)
          await page.screenshot({ path: join(pictures, `diff-${colorScheme}.png`), fullPage: true });
        await page.close();
      }
    } finally {
      await browser.close();
      rmSync(directory, { recursive: true });
    }
  },
);
