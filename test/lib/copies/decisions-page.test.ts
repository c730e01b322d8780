import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { chromium, type Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { parseDecisions } from "../../../lib/compare/given-decisions.ts";
import { renderPreview } from "../../../steps/preview-updates/preview-copy.ts";
import { awkward, conflicts, databaseUpdate, resources } from "./hard-updates.ts";

const browserPath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
const pictures = process.env["MANAGED_SPACES_SCREENSHOTS"];
const update = databaseUpdate(6, { changes: 1, kept: 1, conflicts, resources });

test.skipIf(browserPath === undefined)("what is chosen becomes lines for the form, and a command", async () => {
  const { page, wrong } = await openPreview({ tenant: `O'Neill & ${awkward[3] ?? ""}` });
  const lines = page.locator("textarea");

  await page.locator(".conflict").nth(0).getByText("Take the template's").click();
  await page.locator(".conflict").nth(1).getByText("Keep this space's").click();
  const chosen = await lines.inputValue();
  const status = await page.locator("[role=status]").textContent();

  expect(status).toBe("2 of 6 decided.");
  expect(chosen.split("\n")[0]).toBe(
    `take the template's: "Description" in the project "Hello World" [000000-a1b2c3-d4e5f6]`,
  );
  expect(parseDecisions(chosen)).toEqual(
    conflicts.slice(0, 2).map(({ name, seen }, index) => ({ choice: index === 0 ? "template" : "space", name, seen })),
  );
  await page.getByText("Copy the lines").click();
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe(chosen);
  await page.getByText("Copy as a command").click();
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe(
    `managed-spaces deploy --tenants 'O'\\''Neill & ${awkward[3] ?? ""}' --variable 'ManagedSpaces.Decisions=${chosen.replaceAll("'", "'\\''")}'`,
  );
  expect(wrong).toEqual([]);
});

test.skipIf(browserPath === undefined)("all can be decided at once, but for what only the space can keep", async () => {
  const { page } = await openPreview();

  await page.getByText("Take all of the template's").click();

  expect(await page.locator("[role=status]").textContent()).toBe("5 of 6 decided.");
  await page.getByText("Keep all of this space's").click();
  expect(await page.locator("[role=status]").textContent()).toBe("6 of 6 decided.");
  const values = (await page.locator("textarea").inputValue()).split("\n");
  expect(values.every((line) => line.startsWith("keep this space's: "))).toBe(true);
});

test.skipIf(browserPath === undefined)(
  "the page can be used without eyes and with a keyboard, in light and dark",
  async () => {
    const found: string[] = [];
    for (const [colorScheme, width] of [
      ["light", 1280],
      ["dark", 1280],
      ["light", 390],
      ["dark", 390],
    ] as const) {
      const { page } = await openPreview({ colorScheme, width });
      await page.locator(".conflict input").nth(1).focus();
      await page.keyboard.press("Space");
      expect(await page.locator("[role=status]").textContent()).toBe("1 of 6 decided.");
      found.push(...(await check(page)));
      if (pictures !== undefined) {
        await page.locator(".conflict").nth(2).getByText("Keep this space's").click();
        await page.screenshot({ path: join(pictures, `decisions-${colorScheme}-${width}.png`) });
      }
    }
    expect(found).toEqual([]);
  },
);

test("without a browser's scripts the lines stand on the page", async () => {
  const page = await renderPreview(update, undefined, { template: "", secrets: [], tenant: "" });

  expect(page).toContain("<noscript><pre>take the template&#39;s: &quot;Description&quot; in the project");
});

interface Opened {
  page: Page;
  /** Errors, and what it asks for. */
  wrong: string[];
}

async function openPreview({
  tenant = "",
  colorScheme = "light",
  width = 1280,
}: { tenant?: string; colorScheme?: "light" | "dark"; width?: number } = {}): Promise<Opened> {
  const html = await renderPreview(update, undefined, { template: awkward[1] ?? "", secrets: [], tenant });
  const file = join(mkdtempSync(join(tmpdir(), "preview-")), "preview.html");
  writeFileSync(file, html ?? "");
  const browser = await chromium.launch({ executablePath: browserPath ?? "", args: ["--no-sandbox"] });
  onTestFinished(() => browser.close());
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (message) => wrong.push(message.text()));
  page.on("request", (request) => {
    if (request.url() !== pathToFileURL(file).href) wrong.push(`asks for ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  return { page, wrong };
}

/** What axe finds, a line each. */
async function check(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const run = `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 120))))`;
  return page.evaluate<string[]>(run);
}
