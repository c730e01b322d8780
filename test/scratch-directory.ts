import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Everything that tests and the programs they start put into the temporary directory goes when the run ends. */
export default function useScratchDirectory(): () => void {
  const scratch = mkdtempSync(join(tmpdir(), "managed-spaces-tests-"));
  process.env["TMPDIR"] = scratch;
  return () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
}
