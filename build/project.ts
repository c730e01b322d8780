import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";

/** The project's own directory, with a slash at its end. */
export const projectRoot = fileURLToPath(new URL("..", import.meta.url));

/** The version that package.json tells. */
export function readProjectVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  return z.object({ version: z.string() }).parse(manifest).version;
}

/** A generated file of JSON, for people to read. */
export function toJson(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
}
