import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let scratch = "";

/** Everything that tests and the programs they start put into the temporary directory goes when the run ends. */
export function setup(): void {
  scratch = mkdtempSync(join(tmpdir(), "managed-spaces-tests-"));
  process.env["TMPDIR"] = scratch;
}

export function teardown(): void {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
}
