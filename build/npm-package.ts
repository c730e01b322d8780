import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { projectRoot, toJson } from "./project.ts";

const manifest = z.object({
  name: z.string(),
  description: z.string(),
  license: z.string(),
  bin: z.record(z.string(), z.string()),
  engines: z.record(z.string(), z.string()),
});

/**
 * The folder that `npm publish` takes, by path: what was built, and a manifest and a README for those who install it. The repository's own are
 * for those who work on it.
 * @param dist - all that the package has in it, by path from dist
 */
export function renderNpmPackage(dist: ReadonlyMap<string, Buffer>, version: string): Map<string, Buffer> {
  const own = manifest.parse(JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")));
  const { name, description, license, bin, engines } = own;
  const keywords = ["octopus", "octopus-deploy", "spaces", "tenants", "runbooks", "step-templates", "terraform"];
  return new Map([
    ["package.json", toJson({ name, version, description, keywords, license, bin, engines })],
    ["README.md", readFileSync(join(projectRoot, "templates/npm/README.md"))],
    ["LICENSE", readFileSync(join(projectRoot, "LICENSE"))],
    ...[...dist].map(([path, content]): [string, Buffer] => [`dist/${path}`, content]),
  ]);
}
