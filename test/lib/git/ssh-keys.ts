import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "./repositories.ts";

export interface SshKey {
  text: string;
  /** For `gpg.ssh.allowedSignersFile`. */
  allowedSigners: string;
}

/** By the real ssh-keygen, with its options. */
export function makeSshKey(email: string, ...options: string[]): SshKey {
  const directory = temporaryDirectory();
  const file = join(directory, "key");
  execFileSync("ssh-keygen", ["-q", "-f", file, "-C", "somebody", "-N", "", ...options]);
  const allowedSigners = join(directory, "signers");
  writeFileSync(allowedSigners, `${email} ${readFileSync(`${file}.pub`, "utf8")}`);
  return { text: readFileSync(file, "utf8"), allowedSigners };
}

/** Whether the programs are there that make keys and look at signatures. */
export function canSign(): boolean {
  return ["ssh-keygen", "gpg", "gpgconf"].every((name) => spawnSync("sh", ["-c", `command -v ${name}`]).status === 0);
}
