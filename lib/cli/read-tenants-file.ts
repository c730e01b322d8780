import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import * as z from "zod/mini";
import type { NewTenant } from "../install/add-tenants.ts";
import { findNearNames } from "../near-names.ts";
import { ParameterError } from "../step/errors.ts";

/** The columns of a table of tenants, and what each says. */
export const tenantColumns = {
  name: "the tenant's name",
  url: "address of the instance",
  space: "id or name of the space; blank where it is still to be made",
  tags: "tags as Set/Tag, with a semicolon between",
  api_key_variable: "name of the environment variable that holds the key for that instance",
  service_account: "id of a service account there, instead of the key",
} as const;

const Row = z.record(z.string(), z.string());

/**
 * Tenants of a CSV file with a line of column names, as spreadsheets write it: comma, semicolon or tab between.
 * @param file - `-` for standard input
 * @throws {@link ParameterError} naming line and column of what is wrong
 */
export function readTenantsFile(
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
): { tenants: NewTenant[]; keys: string[] } {
  const rows = readRows(file);
  const problems = rows.flatMap(({ row, line }) => listProblems(row, { line, environment }));
  if (rows.length === 0) problems.push("it has no line besides that of the column names");
  if (problems.length > 0)
    throw new ParameterError(`Failed to read the tenants in "${file}": ${problems.join("; ")}. Nothing was written.`);
  const tenants = rows.map(({ row }) => toTenant(row, environment));
  return { tenants, keys: tenants.flatMap(({ apiKey }) => apiKey ?? []) };
}

interface NumberedRow {
  row: Record<string, string>;
  line: number;
}

function readRows(file: string): NumberedRow[] {
  try {
    const bytes = readFileSync(file === "-" ? 0 : file);
    const records: unknown = parse(bytes, {
      bom: true,
      columns: (header: string[]) => header.map((name) => name.trim().toLowerCase().replaceAll(/[ -]/g, "_")),
      delimiter: findDelimiter(bytes),
      skip_empty_lines: true,
      trim: true,
      info: true,
    });
    const Records = z.array(z.object({ info: z.object({ lines: z.number() }), record: Row }));
    return Records.parse(records).map(({ info, record }) => ({ row: record, line: info.lines }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ParameterError(`Failed to read the tenants in "${file}": ${reason}. Name a CSV file.`, { cause: error });
  }
}

/** The line of column names tells it: a line of values may have the others, as tags have semicolons. */
function findDelimiter(bytes: Uint8Array): string {
  const [names = ""] = new TextDecoder("latin1").decode(bytes).split("\n", 1);
  return ["\t", ";"].find((delimiter) => names.includes(delimiter)) ?? ",";
}

interface RowContext {
  line: number;
  environment: Readonly<Record<string, string | undefined>>;
}

function listProblems(row: Readonly<Record<string, string>>, { line, environment }: RowContext): string[] {
  const columns = Object.keys(tenantColumns);
  const unknown = Object.keys(row).filter((name) => !columns.includes(name));
  const missing = ["name", "url"].filter((name) => (row[name] ?? "") === "");
  const variable = row["api_key_variable"] ?? "";
  return [
    ...unknown.map(
      (name) =>
        `line ${line}: there is no column "${name}".${findNearNames(name, columns)} It may have ${columns.join(", ")}`,
    ),
    ...missing.map((name) => `line ${line}: "${name}" is blank`),
    ...(variable !== "" && (environment[variable] ?? "") === ""
      ? [`line ${line}: the environment has no variable "${variable}", which is to hold the key`]
      : []),
  ];
}

function toTenant(
  row: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string | undefined>>,
): NewTenant {
  const said = (name: keyof typeof tenantColumns): string | undefined => row[name]?.trim() || undefined;
  return {
    name: said("name") ?? "",
    url: said("url") ?? "",
    space: said("space"),
    tags: (said("tags") ?? "")
      .split(";")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ""),
    apiKey: environment[said("api_key_variable") ?? ""]?.trim() || undefined,
    serviceAccountId: said("service_account"),
  };
}
