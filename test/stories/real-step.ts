import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { renderPackageLoader } from "../../build/launchers.ts";
import { renderTemplate } from "../../build/render-project.ts";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { runScript, type ScriptResult } from "../bundle/worker.ts";
import { toVariables } from "../step/create-step-context.ts";

const version = "1.2.3";

export type Flavor = "inline" | "packaged";

/** A step as people get it: both its script bodies, run by a real Bash and a real Node.js. */
export interface RealStep {
  run(options: RealRun): Promise<ScriptResult>;
  remove(): void;
}

export interface RealRun {
  flavor: Flavor;
  /** One of {@link nodes}; by default the Node.js that runs the tests. */
  node?: string;
  parameters: Record<string, string>;
  /** Octopus variables that the step reads besides. */
  variables?: Record<string, string>;
  env?: Record<string, string>;
}

/** Those that `npm test` has installed for this platform. */
export const nodes = ["node-20", "node-22", "node-24", "node-26"].filter((name) => existsSync(binaryOf(name)));

export async function renderRealStep(slug: string, step: StepDefinition): Promise<RealStep> {
  const { inline, packaged, bundle } = await renderTemplate({ slug, step, path: `steps/${slug}/step.ts` }, version);
  const directory = mkdtempSync(join(tmpdir(), "real-step-"));
  const packagePath = join(directory, "package");
  mkdirSync(packagePath);
  writeFileSync(join(packagePath, `${slug}.cjs`), bundle);
  writeFileSync(join(packagePath, "launch.cjs"), await renderPackageLoader(version));
  const own = { "Octopus.Action.Package[managed-spaces].ExtractedPath": packagePath };

  return {
    run: ({ flavor, node, parameters, variables, env }) =>
      runScript({
        body: flavor === "inline" ? inline : packaged,
        variables: Object.fromEntries(
          toVariables({ step, parameters, variables: { ...variables, ...(flavor === "packaged" && own) } }),
        ),
        env: { ...(node !== undefined && { PATH: pathWith(directory, node) }), ...env },
      }),
    remove: () => rmSync(directory, { recursive: true }),
  };
}

function pathWith(directory: string, node: string): string {
  const own = join(directory, node);
  if (!existsSync(own)) {
    mkdirSync(own);
    symlinkSync(binaryOf(node), join(own, "node"));
  }
  return `${own}${delimiter}${process.env["PATH"] ?? ""}`;
}

function binaryOf(name: string): string {
  return join(import.meta.dirname, "../bundle/nodes/node_modules", name, "bin/node");
}

/** The sentence with which a step failed. */
export function failureOf({ messages }: ScriptResult): string | undefined {
  return messages.find(({ name }) => name === "resultMessage")?.attributes["message"];
}
