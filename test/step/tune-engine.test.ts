import { spawnSync } from "node:child_process";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { projectRoot } from "../../build/project.ts";
import { findNode, nodeVersions } from "../bundle/node-versions.ts";

/** Lives long enough, and has enough in memory, for every flag to be set. */
const program = `
  import { tuneEngine } from "./lib/step/tune-engine.ts";
  tuneEngine();
  globalThis.kept = Array.from({ length: 1_000_000 }, (_, index) => ({ index, text: "text " + index }));
  setTimeout(() => console.log(globalThis.kept.length), 400);
`;

test.for(["this Node.js", ...nodeVersions])(
  "no flag is unknown to %s, which would say so in a task's log",
  async (name, { skip }) => {
    const binary = name === "this Node.js" ? process.execPath : findNode(name);
    if (binary === undefined) return skip(`there is no ${name} for this platform, or "npm test" has not installed it`);
    const stdin = { contents: program, resolveDir: projectRoot, loader: "ts" } as const;
    const { outputFiles } = await build({ stdin, bundle: true, write: false, platform: "node", format: "cjs" });

    const { stdout, stderr } = spawnSync(binary, ["-e", outputFiles[0]?.text ?? ""], { encoding: "utf8" });

    expect({ stdout, stderr }).toEqual({ stdout: "1000000\n", stderr: "" });
  },
);
