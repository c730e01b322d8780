import { gitHosts } from "../../../lib/git-hosts/index.ts";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { completionScripts } from "../../../lib/cli/completion-scripts.ts";
import { steps } from "../../../steps/index.ts";
import { buildCommand, type BuiltCommand } from "../../built-command.ts";
import { runCommand } from "../../run-command.ts";

const shells = ["bash", "zsh", "fish"].filter((shell) => spawnSync(shell, ["--version"]).status === 0);
let built: BuiltCommand;
let directory: string;

beforeAll(async () => {
  built = await buildCommand();
  directory = mkdtempSync(join(tmpdir(), "managed-spaces-shell-"));
  mkdirSync(join(directory, "folder"));
  writeFileSync(join(directory, "baseline.yaml"), "");
});

/** Each says in its own way what is at the cursor, and prints a line for each word that it would offer. */
const drivers: Readonly<Record<string, (words: readonly string[]) => string>> = {
  bash: (words) => `
    source <(managed-spaces completion bash)
    compopt() { [[ $2 == default ]] && compgen -f -- "$at"; [[ $2 == dirnames ]] && compgen -d -- "$at"; }
    COMP_WORDS=(managed-spaces ${words.map(quote).join(" ")}); COMP_CWORD=${words.length}; at=${quote(words.at(-1) ?? "")}
    _managed_spaces managed-spaces "$at"
    (( \${#COMPREPLY[@]} )) && printf '%s\\n' "\${COMPREPLY[@]}"; true`,
  // Of zsh's own functions, which work at a terminal alone, those that are called print what they are given.
  zsh: (words) => `
    compdef() { : }
    _describe() { print -rl -- "\${(@P)3%%:*}" }
    _files() { print -rl -- *(\${1:+/}N) }
    source <(managed-spaces completion zsh)
    words=(managed-spaces ${words.map(quote).join(" ")}); CURRENT=${words.length + 1}
    _managed_spaces`,
  fish: (words) => `
    managed-spaces completion fish | source
    complete -C ${quote(["managed-spaces", ...words].join(" "))} | string replace -r '\\t.*' ''`,
};

function quote(word: string): string {
  return `'${word}'`;
}

function offers(shell: string, words: readonly string[]): string[] {
  const options = shell === "zsh" ? ["-f"] : shell === "fish" ? ["--no-config"] : ["--norc"];
  const { stdout, stderr } = spawnSync(shell, [...options, "-c", drivers[shell]?.(words) ?? ""], {
    cwd: directory,
    encoding: "utf8",
    env: { HOME: directory, PATH: `${built.bin}:${process.env["PATH"] ?? ""}` },
  });
  expect(stderr).toBe("");
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .toSorted();
}

test.runIf(shells.length > 0).each(shells)(
  "%s completes commands, steps, options, choices, folders and files",
  (shell) => {
    expect(offers(shell, ["fl"])).toEqual(["fleet"]);
    expect(offers(shell, ["run", "serialize-"])).toEqual(
      Object.keys(steps)
        .filter((slug) => slug.startsWith("serialize-"))
        .toSorted(),
    );
    expect(offers(shell, ["install", "--git-"])).toEqual([
      "--git-hooks",
      "--git-host",
      "--git-host-url",
      "--git-owner",
    ]);
    expect(offers(shell, ["install", "--engine", ""])).toEqual(["apply", "terraform"]);
    expect(offers(shell, ["run", "deploy-space", "--machines", "a"])).toEqual(["asTheyAre"]);
    expect(offers(shell, ["fleet", "--out", ""])).toEqual([expect.stringMatching(/^folder\/?$/)]);
    expect(offers(shell, ["install", "--baseline", ""])).toContain("baseline.yaml");
    expect(offers(shell, ["completion", "f"])).toEqual(["fish"]);
    expect(offers(shell, ["nonsense", ""])).toEqual([]);
  },
);

test("what is typed and not sent does not run", () => {
  const mark = join(directory, "ran");

  for (const shell of shells.filter((one) => one !== "fish")) offers(shell, [`$(touch ${mark})`]);

  expect(existsSync(mark)).toBe(false);
});

test("bash takes an option apart at its sign, other shells do not", async () => {
  const complete = async (...words: string[]): Promise<string> => (await runCommand(["complete", ...words])).stdout;

  const hosts = Object.keys(gitHosts).map((id) => `${id}\t\n`);
  expect(await complete("=gi", "install", "--git-host", "=")).toBe(hosts.filter((id) => id.startsWith("gi")).join(""));
  expect(await complete("==", "install", "--git-host")).toBe(hosts.join(""));
  expect(await complete("=--git-host=gith", "install")).toBe("--git-host=github\t\n");
  expect(await complete("=--pl", "install", "--plan")).toBe("");
  expect(await complete("=--pro", "install", "--project", "Shop")).toMatch(/^--project\t/);
});

test("each shell has a script, and another is told so", async () => {
  for (const [shell, script] of Object.entries(completionScripts))
    expect(await runCommand(["completion", shell])).toEqual({ code: 0, stdout: script, stderr: "" });

  expect(await runCommand(["completion", "fisch"])).toEqual({
    code: 64,
    stdout: "",
    stderr:
      'There is no completion for "fisch". Did you mean "fish"? Use managed-spaces completion bash|zsh|fish|powershell.\n',
  });
});
