import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type BrowserContextOptions, type Page } from "playwright-core";
import { onTestFinished } from "vitest";
import type { FleetReport } from "../../../lib/fleet/fleet-report.ts";
import { renderFleetPage } from "../../../lib/fleet/page/render-fleet-page.ts";

/** Undefined where no browser is installed: the tests that need one skip. */
export const browserPath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);

export interface Opened {
  page: Page;
  /** What the page asked for besides itself, and what it complained of. */
  wrong: string[];
  url: string;
}

interface OpenOptions extends BrowserContextOptions {
  hash?: string;
  /** Runs before the page's program. */
  before?: string;
}

/** A report's page as people open it: a file in a browser. */
export async function openPage(
  report: FleetReport,
  { hash = "", before, ...options }: OpenOptions = {},
): Promise<Opened> {
  const directory = mkdtempSync(join(tmpdir(), "fleet-page-"));
  const browser = await chromium.launch({ executablePath: browserPath ?? "", args: ["--no-sandbox"] });
  onTestFinished(async () => {
    await browser.close();
    rmSync(directory, { recursive: true });
  });
  const file = join(directory, "fleet.html");
  writeFileSync(file, renderFleetPage(report));
  const url = pathToFileURL(file).href;
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    acceptDownloads: true,
    ...options,
  });
  const page = await context.newPage();
  const wrong = listenForWrong(page, url);
  if (before !== undefined) await page.addInitScript(before);
  await page.goto(`${url}${hash}`);
  if (before === undefined) await page.locator("body.app").waitFor();
  return { page, wrong, url };
}

/** Opens another view of the page, and waits for it. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate(`new Promise((done) => {
    const shown = () => requestAnimationFrame(() => setTimeout(done));
    const hash = ${JSON.stringify(hash)};
    if (location.hash.slice(1) === hash) shown();
    else addEventListener("hashchange", shown, { once: true });
    location.hash = hash;
  })`);
}

export function listenForWrong(page: Page, url: string): string[] {
  const wrong: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("blob:")) wrong.push(`asks for ${request.url()}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error") wrong.push(`complains: ${message.text()}`);
  });
  page.on("pageerror", (error) => wrong.push(`fails: ${error.message}`));
  return wrong;
}
