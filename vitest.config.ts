import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/scratch-directory.ts"],
    // Nothing here keeps state in a module, so files may share a process, and what they import is loaded once.
    isolate: false,
    // By default one core is left for vitest itself, which does little; while a story waits for Git or for time, another one works.
    maxWorkers: availableParallelism() + 1,
    // Real processes and real HTTP on machines that may be busy: a limit is there to end a hang, not to measure.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
