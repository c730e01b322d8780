import { execFileSync } from "node:child_process";

/** The branches of a bare repository, in the order of their names. */
export function listHeads(path: string): { name: string; commit: string }[] {
  const format = "%(refname:lstrip=2) %(objectname)";
  return execFileSync("git", ["-C", path, "for-each-ref", `--format=${format}`, "refs/heads"])
    .toString()
    .split("\n")
    .filter(Boolean)
    .map((line) => ({ name: line.slice(0, line.lastIndexOf(" ")), commit: line.slice(line.lastIndexOf(" ") + 1) }));
}
