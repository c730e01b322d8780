import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { longestTest, longestWait } from "./test/time-limits.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/scratch-directory.ts", "test/request-tallies.ts"],
    setupFiles: ["test/check-requests.ts", "test/check-git-hosts.ts"],
    // No module here keeps state, so files may share a process: what they import is then loaded once and not a hundred times.
    isolate: false,
    // One more than there are cores, since stories wait for Git, for other programs and for pauses.
    maxWorkers: availableParallelism() + 1,
    testTimeout: longestTest,
    hookTimeout: longestTest,
    expect: { poll: { timeout: longestWait, interval: 20 } },
  },
});
