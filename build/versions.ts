import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { StepDefinition } from "../lib/step/define-step.ts";
import { projectRoot } from "./project.ts";

/** What `steps/versions.json` records of each step template, by its id. */
const templateVersion = z.object({
  slug: z.string(),
  version: z.int(),
  /** Of all that makes up the template, {@link toDigest}. */
  digest: z.string(),
  /** When this version was first recorded: the build itself must not read the clock. */
  exportedAt: z.iso.datetime(),
});

export type TemplateVersions = Record<string, z.output<typeof templateVersion>>;

export interface TemplateState {
  slug: string;
  step: Pick<StepDefinition, "id" | "version">;
  digest: string;
}

/** For a version that nobody has recorded. */
const NOT_EXPORTED = "1970-01-01T00:00:00.000Z";

/** Reads what was recorded; people who have imported a template rely on it. */
export function readVersions(): TemplateVersions {
  return z.record(z.string(), templateVersion).parse(JSON.parse(readFileSync(VERSIONS_FILE, "utf8")));
}

/** When the step's version was recorded. */
export function findExportedAt(versions: TemplateVersions, step: TemplateState["step"]): string {
  const recorded = versions[step.id];
  return recorded?.version === step.version ? recorded.exportedAt : NOT_EXPORTED;
}

/** One sentence for each template that differs from what was recorded. */
export function listUnrecorded(versions: TemplateVersions, states: readonly TemplateState[]): string[] {
  return states.flatMap(({ slug, step, digest }) => {
    const recorded = versions[step.id];
    if (recorded === undefined) return [`"${slug}" is new. Record it by "npm run build -- --accept".`];
    if (recorded.version !== step.version)
      return [`"${slug}" has a new version. Record it by "npm run build -- --accept".`];
    if (recorded.digest === digest) return [];
    return [
      `"${slug}" has changed. Give it a new version and record it by "npm run build -- --accept" (before the first release, only record it).`,
    ];
  });
}

/** Records the templates as they are now. `today` is written down for versions that are new. */
export function acceptVersions(
  versions: TemplateVersions,
  states: readonly TemplateState[],
  today: Date,
): TemplateVersions {
  const entries = states.map(({ slug, step, digest }) => {
    const recorded = findExportedAt(versions, step);
    const exportedAt = recorded === NOT_EXPORTED ? `${today.toISOString().slice(0, 10)}T00:00:00.000Z` : recorded;
    return [step.id, { slug, version: step.version, digest, exportedAt }] as const;
  });
  return Object.fromEntries(entries);
}

/** Writes what {@link readVersions} reads. */
export function writeVersions(versions: TemplateVersions): void {
  writeFileSync(VERSIONS_FILE, `${JSON.stringify(versions, undefined, 2)}\n`);
}

/** A digest of what a template is made of, before compression: that differs from one Node to another. */
export function toDigest(...parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex");
}

const VERSIONS_FILE = join(projectRoot, "steps/versions.json");
