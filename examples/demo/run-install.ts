import { join } from "node:path";
import { projectRoot, readProjectVersion } from "../../build/project.ts";
import { runCommandLine } from "../../lib/cli/command-line.ts";
import { defaultBaseline } from "../../lib/install/default-baseline.ts";

/** Installs as `npx managed-spaces install` would, which fails the demo when it fails. @returns what it has to say in the end */
export async function runInstall(
  options: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const printed: string[] = [];
  const code = await runCommandLine({
    arguments: ["install", ...options],
    environment,
    workingDirectory: projectRoot,
    dist: join(projectRoot, "dist"),
    version: readProjectVersion(),
    steps: {},
    defaultBaseline,
    write: (_stream, text) => void printed.push(text),
    signal: new AbortController().signal,
  });
  if (code !== 0) throw new Error(printed.join(""));
  const lines = printed.join("").split("\n");
  return lines.find((line) => line.includes("changes made")) ?? "";
}
