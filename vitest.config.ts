import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/scratch-directory.ts"],
    // Real processes and real HTTP on machines that may be busy: a limit is there to end a hang, not to measure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
