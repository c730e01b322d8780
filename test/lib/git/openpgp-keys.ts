import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { temporaryDirectory } from "./repositories.ts";

export interface Keyring {
  home: string;
  run(...args: string[]): string;
  exportSecret(...more: string[]): string;
}

/** A home for the real GnuPG; `stopAgent` ends what it left running. */
export function makeKeyring(): Keyring {
  // The agent's socket has a long name, and sockets may not.
  const home = temporaryDirectory();
  chmodSync(home, 0o700);
  const run = (...args: string[]): string =>
    execFileSync("gpg", ["--batch", "--quiet", "--homedir", home, "--pinentry-mode", "loopback", ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  return { home, run, exportSecret: (...more) => run("--passphrase", "", ...more, "--armor", "--export-secret-keys") };
}

export function stopAgent({ home }: Keyring): void {
  spawnSync("gpgconf", ["--homedir", home, "--kill", "gpg-agent"]);
}
