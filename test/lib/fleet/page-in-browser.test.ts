import { readFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import fc from "fast-check";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { FleetReport } from "../../../lib/fleet/fleet-report.ts";
import { inventoryTable, renderCsv } from "../../../lib/fleet/report-tables.ts";
import { awkwardNames, makeReport } from "./make-report.ts";
import { browserPath, goTo, openPage } from "./open-page.ts";

const now = new Date(Date.now() - 180_000).toISOString();
const report = makeReport({ spaces: 60, templates: 5, seed: 7, readAt: now });
const views = ["", "view=alike", "view=inventory", "view=deployments", "view=versions", "view=instances", "show=table"];
const pictures = process.env["MANAGED_SPACES_SCREENSHOTS"];
const [anySpace] = report.spaces;
const drawer = `open=space:${anySpace?.tenant.id}`;

describe.skipIf(browserPath === undefined)("in a browser", () => {
  test("the page opens with what needs a person first, and asks for nothing", async () => {
    const { page, wrong } = await openPage(report);

    await expect
      .poll(() => page.locator("main h2").allTextContents())
      .toEqual(["Needs a person", "In step with their templates", "Well", "Spaces"]);
    await expect.poll(() => page.locator("[data-space]").count()).toBe(60);
    for (const view of views) await goTo(page, `${view}&${drawer}`);
    expect(await page.title()).toBe("Fleet of Management");
    expect(wrong).toEqual([]);
  });

  test("the worst instance stands first, and rings stand in their order", async () => {
    const last =
      report.instances
        .map(({ url }) => url)
        .toSorted()
        .at(-1) ?? "";
    const spaces = report.spaces.map((space) => ({
      ...space,
      inStep: "upToDate" as const,
      well: space.instance === last ? ("offline" as const) : ("well" as const),
    }));
    const { page } = await openPage({ ...report, spaces });
    const titles = (): Promise<string[]> => page.locator(".group h3").allTextContents();

    expect((await titles())[0]).toBe(new URL(last).host);
    await goTo(page, "sort=name");
    expect((await titles())[0]).not.toBe(new URL(last).host);
    await goTo(page, "group=ring");
    expect((await titles()).slice(0, report.rings.length)).toEqual(report.rings);
  });

  test("names are text wherever they stand", async () => {
    const wild = fc.sample(fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), { numRuns: 20, seed: 7 });
    const names = [...awkwardNames, ...wild].map((name, index): [string, string] => [`Tenants-${index}`, name]);
    const [space] = report.spaces;
    if (space === undefined) throw new Error("The sample has no space.");
    const named: FleetReport = {
      ...report,
      spaces: names.map(([id, name]) => ({
        ...space,
        name,
        tenant: { id, name, tags: [`Set/${name}`] },
        projects: [{ id: "Projects-1", name }],
        variables: [name],
        people: [{ name, does: name }],
        environments: [name],
        url: "javascript:alert(1)",
        copies: space.copies.map((copy) => ({ ...copy, name, url: "data:text/html,x", conflicts: [name] })),
      })),
    };
    const { page, wrong } = await openPage(named, { hash: "#group=tag:Set" });

    for (const [id, name] of names) {
      await goTo(page, `open=space:${id}`);
      const shown = name.replace(/[\u202a-\u202e\u2066-\u2069]/g, toCodePoint);
      await expect.poll(() => page.locator("#drawer-title").textContent()).toBe(shown);
      expect(await page.locator(".drawer code").first().textContent()).toBe(shown);
    }
    expect(await page.locator("img, iframe, body script").count()).toBe(0);
    expect(await page.locator('a[href^="javascript:"], a[href^="data:"]').count()).toBe(0);
    expect(wrong).toEqual([]);
  });

  test("somebody types what they remember, and opens it without the mouse", async () => {
    const { page, wrong } = await openPage(report);
    const options = page.locator("[role=option] .text");

    await page.keyboard.press("/");
    await page.keyboard.type("lima ord");
    await expect.poll(() => options.allTextContents()).toContain("Lima Orders");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator("#drawer-title").textContent()).toBe("Lima Orders");

    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("dialog[open]").count()).toBe(0);
    await page.keyboard.press("/");
    await page.keyboard.type("zoe nun");
    await expect.poll(() => options.allTextContents()).toEqual(["Zoë Núñez"]);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    const hers = report.spaces.filter(({ people }) => people.some(({ name }) => name === "Zoë Núñez")).length;
    await expect.poll(() => page.locator("[data-space]").count()).toBe(hers);
    expect(await page.locator(".chips").textContent()).toContain("Person: Zoë Núñez");

    await page.keyboard.press("/");
    await page.keyboard.type("certificate.thumb");
    await expect.poll(() => page.locator("[role=group]").count()).toBe(1);
    expect(await page.locator("[role=group]").getAttribute("aria-label")).toBe("Variables");
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    await page.keyboard.type("nobody is called so");
    await expect.poll(() => page.locator(".results").textContent()).toBe("Nothing has such a name.");
    expect(wrong).toEqual([]);
  });

  test("arrows go from space to space as they lie there, and keys do what the help says", async () => {
    const { page, wrong } = await openPage(report, { hash: "#sort=name&group=none" });
    const focused = (): Promise<string> => page.evaluate("document.activeElement.textContent");
    await page.locator("[data-space]").first().waitFor();
    const names = await page.locator("[data-space] .name").allTextContents();
    const across = await page.evaluate<number>(
      `(() => { const tiles = [...document.querySelectorAll(".tile")]; return tiles.filter((tile) => tile.offsetTop === tiles[0].offsetTop).length; })()`,
    );

    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe(names[0]);
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toBe(names[1]);
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe(names[1 + across]);
    await page.keyboard.press("f");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator("#drawer-title").textContent()).toBe(names[1 + across]);
    expect(await page.locator(".drawer .star").getAttribute("aria-pressed")).toBe("true");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.locator("#drawer-title").textContent()).toBe(names[2 + across]);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("dialog[open]").count()).toBe(0);

    await page.keyboard.press("t");
    await expect.poll(() => page.locator("table.matrix").count()).toBe(1);
    await page.keyboard.press("3");
    await expect.poll(() => page.locator("main h2").textContent()).toBe("Inventory");
    await page.keyboard.press("?");
    await expect.poll(() => page.locator("dialog[open] h2").textContent()).toBe("Keys");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("dialog[open]").count()).toBe(0);
    expect(wrong).toEqual([]);
  });

  test("an address sends a view: filters, groups, what is open; and Back goes back", async () => {
    const { page, url } = await openPage(report);
    await page
      .getByRole("link", { name: /^Behind/ })
      .first()
      .click();
    await page.getByLabel("Group by").selectOption("ring");
    await page.getByLabel("Ring").selectOption("Broad");
    const broad = report.spaces.filter((space) => space.inStep === "behind" && space.ring === "Broad").length;
    await expect.poll(() => page.locator("[data-space]").count()).toBe(broad);
    await page.locator("[data-space] .name").first().click();
    const title = await page.locator("#drawer-title").textContent();

    const other = await page.context().newPage();
    await other.goto(page.url());
    await expect.poll(() => other.locator("#drawer-title").textContent()).toBe(title);
    expect(await other.locator("[data-space]").count()).toBe(broad);
    expect(await other.locator(".group h3").allTextContents()).toEqual(["Broad"]);
    await other.goto(`${url}#view=nonsense&open=space:Tenants-0&ring=%00&group=none`);
    await expect.poll(() => other.locator(".none").textContent()).toBe("No space is picked by these filters.");

    await page.goBack();
    await expect.poll(() => page.locator("dialog[open]").count()).toBe(0);
    expect(await page.locator("[data-space]").count()).toBe(broad);
    await page.getByRole("link", { name: "Show all" }).click();
    await expect.poll(() => page.locator("[data-space]").count()).toBe(60);
  });

  test("the spaces of a line are seen as soon as somebody asks for them", async () => {
    const { page } = await openPage(report);
    const line = report.attention.find(({ spaces }) => spaces.length > 1);
    const many = page.locator(".attention li", { hasText: line?.text ?? "" }).locator("a", { hasText: "spaces" });
    await many.click();

    await expect.poll(() => page.locator("[data-space]").count()).toBe(line?.spaces.length);
    await expect
      .poll(() => page.evaluate("document.querySelector('.bar').getBoundingClientRect().top < 100"))
      .toBe(true);
    expect(await page.locator(".chips").textContent()).toContain(line?.text);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("[data-space]").count()).toBe(60);
  });

  test("favourites and what was opened lately are there the next time", async () => {
    const { page } = await openPage(report);
    const name = (await page.locator(".tile .name").nth(3).textContent()) ?? "";
    await page.locator(".tile .star").nth(3).click();
    await page.locator(".tile .name").nth(5).click();
    const opened = await page.locator("#drawer-title").textContent();
    await page.keyboard.press("Escape");
    await page.reload();

    await page.locator(".tile").first().waitFor();
    await page.keyboard.press("/");
    await expect.poll(() => page.locator("[role=option] .text").allTextContents()).toEqual([name, opened]);
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "★ Favourites" }).click();
    await expect.poll(() => page.locator(".tile .name").allTextContents()).toEqual([name]);
  });

  test("a page that may keep nothing, as in a sandbox, works all the same and says so", async () => {
    const { page, url, wrong } = await openPage(report);
    await page.setContent(`<iframe sandbox="allow-scripts" src="${url}" width="1200" height="800"></iframe>`);
    const html = readFileSync(new URL(url), "utf8");
    await page.evaluate(`document.querySelector("iframe").srcdoc = ${JSON.stringify(html)}`);
    const frame = page.frameLocator("iframe");

    await frame.locator(".tile .star").first().click();
    await expect.poll(() => frame.locator(".tile .star").first().getAttribute("aria-pressed")).toBe("true");
    await frame.locator(".tile .name").first().click();
    await expect.poll(() => frame.locator("#drawer-title").count()).toBe(1);
    await frame.getByLabel("Close").first().click();
    await frame.getByLabel("Keys").first().click();
    await expect
      .poll(() => frame.locator(".help-dialog").textContent())
      .toContain("This browser keeps nothing for this page");
    expect(wrong.filter((one) => one.startsWith("fails"))).toEqual([]);
  });

  test("a browser that cannot unpack the report shows the summary and says why", async () => {
    const { page, wrong } = await openPage(report, { before: "delete window.DecompressionStream" });

    await expect.poll(() => page.locator("#note").textContent()).toContain("This browser is too old");
    expect(await page.locator(".lines li").count()).toBe(report.attention.length);
    expect(wrong).toEqual([]);
  });

  test("a table of the report is downloaded as it is filtered", async () => {
    const { page } = await openPage(report, { hash: "#view=inventory&ring=Canary" });
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByText("Download CSV").click()]);

    const spaces = report.spaces.filter(({ ring }) => ring === "Canary");
    expect(download.suggestedFilename()).toBe(`fleet-inventory-${now.slice(0, 10)}.csv`);
    expect(readFileSync(await download.path(), "utf8")).toBe(renderCsv(inventoryTable(report, spaces)));
  });

  test("a table is sorted by its headings", async () => {
    const { page } = await openPage(report, { hash: "#view=inventory" });
    const column = (): Promise<string[]> => page.locator("tbody tr td:nth-child(2)").allTextContents();
    const numbers = report.spaces.map(({ counts }) => counts.projects ?? 0);

    await page.getByRole("link", { name: "Projects" }).click();
    await expect.poll(column).toEqual(numbers.toSorted((a, b) => b - a).map(String));
    await page.getByRole("link", { name: "Projects" }).click();
    await expect.poll(column).toEqual(numbers.toSorted((a, b) => a - b).map(String));
    expect(await page.locator("[aria-sort]").getAttribute("aria-sort")).toBe("ascending");
  });

  test("on a telephone nothing lies beside the page, in any view", async () => {
    const { page, wrong } = await openPage(report, { viewport: { width: 375, height: 740 } });
    for (const view of [...views, drawer, "open=instance:https://octopus.example.com"]) {
      await goTo(page, view);
      await expect.poll(() => page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
      expect(
        await page.evaluate(
          "[...document.querySelectorAll('dialog[open]')].every((one) => one.scrollWidth <= one.clientWidth)",
        ),
      ).toBe(true);
    }
    expect(wrong).toEqual([]);
  });

  test.each([3, 60, 1000])("a fleet of %d spaces is shown wide and narrow, light and dark", async (size) => {
    const fleet = makeReport({ spaces: size, templates: size === 3 ? 2 : 5, seed: 7, readAt: now });
    for (const [colorScheme, width] of [
      ["light", 1280],
      ["dark", 375],
    ] as const) {
      const { page, wrong } = await openPage(fleet, { colorScheme, viewport: { width, height: 900 } });
      for (const view of [...views, `open=space:${fleet.spaces[1]?.tenant.id}`]) {
        await goTo(page, view);
        if (!(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")))
          wrong.push(`${view} at ${width} is too wide`);
        const name = `fleet-${size}-${width}-${view.replaceAll(/\W+/g, "-")}.png`;
        if (pictures !== undefined) await page.screenshot({ path: join(pictures, name) });
      }
      expect(wrong).toEqual([]);
    }
  });

  test("a thousand spaces are all printed, without what is only for the screen", async () => {
    const { page } = await openPage(makeReport({ spaces: 1000, templates: 5, seed: 7, readAt: now }));
    await page.locator("tr[data-space]").first().waitFor();
    await page.emulateMedia({ media: "print" });
    await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");

    expect(await page.locator("tr[data-space]").count()).toBe(1000);
    expect(await page.locator("nav").isVisible()).toBe(false);
    expect(await page.getByPlaceholder("Search").isVisible()).toBe(false);
    const pdf = await page.pdf();
    expect(pdf.toString("latin1").match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(20);
  });

  test.each(["light", "dark"] as const)(
    "a screen reader finds its way, and all is to be read in %s",
    async (colorScheme) => {
      const { page } = await openPage(report, { colorScheme });
      await page.locator(".tile").first().waitFor();
      const found: string[] = [];
      for (const view of [
        ...views,
        drawer,
        "open=instance:https://octopus-2.example.com",
        "inStep=behind&ring=Broad",
      ]) {
        await goTo(page, view);
        found.push(...(await listAxe(page, view)));
      }
      await goTo(page, "");
      await page.keyboard.press("/");
      await page.keyboard.type("o");
      await page.locator("[role=option]").first().waitFor();
      found.push(...(await listAxe(page, "search")));
      await page.keyboard.press("Escape");
      await page.getByLabel("Keys").first().click();
      found.push(...(await listAxe(page, "help")));

      expect(found).toEqual([]);
    },
  );
});

function toCodePoint(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** What axe finds, a line each. */
async function listAxe(page: Page, view: string): Promise<string[]> {
  await page.evaluate(axe.source);
  const run = `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html, any }) => id + ": " + html.slice(0, 160) + " " + (any[0]?.message ?? ""))))`;
  const violations = await page.evaluate<string[]>(run);
  return violations.map((text) => `${view} ${text}`);
}
