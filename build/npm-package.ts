import { readFileSync, readdirSync } from "node:fs";
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

export interface NpmPackage {
  version: string;
  /** All that the package has in it, by path from dist. */
  dist: ReadonlyMap<string, Buffer>;
  /** Names of the packages that its programs have parts of. */
  bundled: readonly string[];
}

/**
 * The folder that `npm publish` takes, by path: what was built, the licences of what is in it, and a manifest and a README for those who
 * install it. The repository's own are for those who work on it.
 */
export function renderNpmPackage({ version, dist, bundled }: NpmPackage): Map<string, Buffer> {
  const own = manifest.parse(readManifest(""));
  const { name, description, license, bin, engines } = own;
  const keywords = ["octopus", "octopus-deploy", "spaces", "tenants", "runbooks", "step-templates", "terraform"];
  return new Map([
    ["package.json", toJson({ name, version, description, keywords, license, bin, engines })],
    ["README.md", readFileSync(join(projectRoot, "templates/npm/README.md"))],
    ["LICENSE", readFileSync(join(projectRoot, "LICENSE"))],
    ["THIRD-PARTY-NOTICES.txt", Buffer.from(bundled.map(renderNotice).join(`\n${"-".repeat(80)}\n\n`))],
    ...[...dist].map(([path, content]): [string, Buffer] => [`dist/${path}`, content]),
  ]);
}

/** The licence of a package has to go where parts of it go. */
function renderNotice(name: string): string {
  const { version } = z.object({ version: z.string() }).parse(readManifest(join("node_modules", name)));
  return `${name} ${version}\n\n${readLicence(name)}\n`;
}

/** In a file of its own, or in the README's section about it. */
function readLicence(name: string): string {
  const folder = join(projectRoot, "node_modules", name);
  const entries = readdirSync(folder);
  const read = (entry: string): string => readFileSync(join(folder, entry), "utf8").replaceAll("\r\n", "\n");
  const file = entries.find((entry) => /^licen[cs]e/i.test(entry));
  if (file !== undefined) return read(file).trim();
  const readme = entries.find((entry) => /^readme/i.test(entry));
  const [, section] = /^#+ *licen[cs]e\s*\n([\s\S]+)/im.exec(readme === undefined ? "" : read(readme)) ?? [];
  if (section === undefined || !/permission|licensed/i.test(section))
    throw new Error(`The package ${name} tells its licence nowhere, and parts of it are in ours.`);
  return section.trim();
}

function readManifest(folder: string): unknown {
  return JSON.parse(readFileSync(join(projectRoot, folder, "package.json"), "utf8"));
}
