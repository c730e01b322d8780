import { inflateRawSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { renderDocumentSchemas } from "../../../build/document-schemas.ts";
import { renderPagePrograms } from "../../../build/page-programs.ts";
import { projectRoot } from "../../../build/project.ts";
import { FleetReport } from "../../../lib/fleet/fleet-report.ts";
import { renderFleetPage } from "../../../lib/fleet/page/render-fleet-page.ts";
import { deploymentsTable, inventoryTable, renderCsv, versionsTable } from "../../../lib/fleet/report-tables.ts";
import { textOfPage } from "../../text-of-page.ts";
import { awkwardNames, makeReport } from "./make-report.ts";

const report = makeReport({ spaces: 60, templates: 6, seed: 7 });

test("a fleet's page asks nobody, runs one program, and has no name as markup", () => {
  const page = renderFleetPage(report);

  expect(page).toContain("default-src 'none'; script-src 'sha256-");
  expect(page).not.toContain("connect-src");
  expect(page).not.toMatch(/<(img|iframe|link|object|embed|base)\b/i);
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/<\/script>/g)).toHaveLength(2);
});

test("what needs a person is read where no program runs", () => {
  const text = textOfPage(renderFleetPage(report));

  for (const { text: line } of report.attention) expect(text).toContain(line);
  expect(text).toContain("201 requests");
});

test("the page of a management space with any name is closed where it was opened", () => {
  for (const space of awkwardNames) {
    const page = renderFleetPage({ ...report, management: { ...report.management, space } });

    expect(page.match(/<\/?(?:title|h1|script|html)\b/g)).toHaveLength(10);
    expect(page).not.toContain("\u202e");
  }
});

test("no secret and no credentials of an address lie in the page, however they are packed", () => {
  const [space, ...others] = report.spaces;
  if (space === undefined) throw new Error("The sample has no space.");
  const leaky: FleetReport = {
    ...report,
    notes: ["The proxy http://reader:hunter22@proxy.example.com refused."],
    spaces: [{ ...space, variables: ["Token is s3cr3t-value"] }, ...others],
    attention: [{ state: "offline", text: "s3cr3t-value was refused.", since: report.readAt, spaces: [], isNew: true }],
  };

  const page = renderFleetPage(leaky, { secrets: ["s3cr3t-value"] });
  const [, packed = ""] = /id="report">([^<]*)</.exec(page) ?? [];
  const unpacked = inflateRawSync(Buffer.from(packed, "base64")).toString();

  for (const text of [page, unpacked]) expect(text).not.toMatch(/s3cr3t-value|hunter22/);
  expect(unpacked).toContain("http://****@proxy.example.com");
});

test("a thousand spaces with five templates are a file of 3 MB at most, and with four hundred days, too", () => {
  for (const days of [90, 400]) {
    const page = renderFleetPage(makeReport({ spaces: 1000, templates: 5, seed: 1, days, variables: 60 }));

    expect(page.length).toBeLessThan(3_000_000);
  }
});

test("the page's program is what its sources say", async () => {
  for (const [path, text] of await renderPagePrograms())
    expect(readFileSync(join(projectRoot, path), "utf8")).toBe(text);
});

test("the published schema takes a report, and says what is wrong with another", () => {
  const path = "lib/fleet/fleet-report.schema.json";
  const published = readFileSync(join(projectRoot, path), "utf8");
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(published));

  expect(renderDocumentSchemas().get(path)).toBe(published);
  expect(validate(JSON.parse(JSON.stringify(report)))).toBe(true);
  expect(FleetReport.safeParse(report).success).toBe(true);
  expect(validate({ ...report, inStep: "fine" })).toBe(false);
});

test("the sample is the same for the same seed", () => {
  expect(makeReport({ spaces: 60, templates: 6, seed: 7 })).toEqual(report);
});

test("a spreadsheet takes no name for a formula, and every row has as many cells as the heading", () => {
  for (const table of [inventoryTable(report), deploymentsTable(report), versionsTable(report)]) {
    const rows = parseCsv(renderCsv(table));

    expect(rows.length).toBe(table.rows.length + 1);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([table.columns.length]));
    expect(rows.flat().filter((cell) => /^\s*[=+\-@\t\r]/.test(cell))).toEqual([]);
  }
  const names = parseCsv(renderCsv(inventoryTable(report))).map(([name = ""]) => name.replace(/^'/, ""));
  expect(names.slice(1)).toEqual(report.spaces.map(({ name }) => name));
});

/** As spreadsheets read it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  for (const line of text.replace("\u{feff}", "").split("\r\n").slice(0, -1))
    rows.push(
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
        ([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain,
      ),
    );
  return rows;
}
