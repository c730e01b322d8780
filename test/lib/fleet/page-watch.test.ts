import { createServer, type Server, type ServerResponse } from "node:http";
import { chromium, type Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import type { FleetReport } from "../../../lib/fleet/fleet-report.ts";
import type { FleetEvent } from "../../../lib/fleet/page/fleet-event.ts";
import { renderFleetPage } from "../../../lib/fleet/page/render-fleet-page.ts";
import { makeReport } from "./make-report.ts";
import { browserPath, listenForWrong } from "./open-page.ts";

const report = makeReport({ spaces: 60, templates: 5, seed: 7, readAt: new Date(Date.now() - 180_000).toISOString() });

/** What a look a little later finds: in one space a deployment failed. */
function later(tenant: string): FleetReport {
  const spaces = report.spaces.map((space) =>
    space.tenant.id === tenant
      ? { ...space, well: "failing" as const, projects: [...space.projects, { id: "Projects-9999", name: "Newcomer" }] }
      : space,
  );
  return {
    ...report,
    readAt: new Date().toISOString(),
    spaces,
    attention: [
      { state: "failing", text: "Website failed.", since: report.readAt, spaces: [tenant], isNew: true },
      ...report.attention,
    ],
  };
}

test.skipIf(browserPath === undefined)(
  "a page that watches takes newer reports, keeps what is open, and says what that costs",
  async () => {
    const { url, send, server } = await serve(renderFleetPage(report, { watch: { source: "/events" } }));
    const page = await openBrowser();
    const wrong = listenForWrong(page, url);
    await page.goto(`${url}/#inStep=behind&group=none`);
    await expect.poll(() => page.locator(".title").textContent()).toContain("Live");
    await page.locator(".attention summary").click();
    await page.locator("[data-space] .name").nth(4).click();
    const title = await page.locator("#drawer-title").textContent();
    const tenant = new URLSearchParams(new URL(page.url()).hash.slice(1)).get("open")?.slice(6) ?? "";
    const top = await page.evaluate("window.scrollY");
    await page.locator(".drawer summary").first().click();
    expect(top).toBeGreaterThan(0);
    expect(await page.locator(".drawer .badges").textContent()).not.toContain("Failing");

    send({ report: later(tenant), budget: { perMinute: 60, nextAt: "2026-11-29T10:20:30Z" } });

    await expect.poll(() => page.locator(".drawer .badges").textContent()).toContain("Failing");
    expect(await page.locator("#drawer-title").textContent()).toBe(title);
    expect(await page.locator(".title").textContent()).toMatch(
      /Live, next look \d\d:\d\d:30, at most 60 requests a minute$/,
    );
    expect(await page.locator(".attention .text").first().textContent()).toBe("Website failed.");
    expect(await page.locator(".attention details").getAttribute("open")).toBe("");
    expect(await page.evaluate("window.scrollY")).toBe(top);
    expect(await page.locator(".drawer details").first().getAttribute("open")).toBe("");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("dialog[open]").count()).toBe(0);
    await page.keyboard.press("/");
    await page.keyboard.type("newcomer");
    await expect.poll(() => page.locator("[role=option] .text").allTextContents()).toEqual(["Newcomer"]);
    expect(wrong).toEqual([]);

    const budget = { perMinute: 60, nextAt: "2026-11-29T10:21:30Z" };
    send({ budget, trouble: "Octopus cannot be reached." });
    await expect
      .poll(() => page.locator(".note").textContent())
      .toBe("The last look found nothing; this is what the one before did. Octopus cannot be reached.");
    expect(await page.locator(".attention .text").first().textContent()).toBe("Website failed.");
    send({ budget });
    await expect.poll(() => page.locator(".note").count()).toBe(0);
    server.closeAllConnections();
    server.close();
    await expect.poll(() => page.locator(".title").textContent()).toContain("Connection lost, trying again");
  },
);

async function openBrowser(): Promise<Page> {
  const browser = await chromium.launch({ executablePath: browserPath ?? "", args: ["--no-sandbox"] });
  onTestFinished(() => browser.close());
  return browser.newPage({ viewport: { width: 1280, height: 900 } });
}

/** A page and its events, as whoever serves it does. */
async function serve(html: string): Promise<{ url: string; server: Server; send(event: FleetEvent): void }> {
  const listeners = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (request.url === `/events?readAt=${encodeURIComponent(report.readAt)}`) {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(": hello\n\n");
      listeners.add(response);
    } else response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    send(event) {
      for (const listener of listeners) listener.write(`data: ${JSON.stringify(event)}\n\n`);
    },
  };
}
