import { join } from "node:path";
import { main } from "../../../../lib/cli/main.ts";

// `managed-spaces` as a process of its own, where nothing was built.
process.exitCode = await main({
  argv: process.argv.slice(2),
  directory: join(import.meta.dirname, "../../../../dist"),
  steps: {},
});
