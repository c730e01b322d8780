import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../../build/project.ts";
import { commandIndex } from "../../../lib/cli/command-index.ts";
import type { CommandContext } from "../../../lib/cli/command-context.ts";
import { complete } from "../../../lib/cli/complete.ts";
import { defineCommand, type Command, type CommandEntry } from "../../../lib/cli/declare-command.ts";
import { findCommand, listBelow } from "../../../lib/cli/find-command.ts";
import { parseGiven, type Parsed } from "../../../lib/cli/parse-given.ts";
import { renderHelp } from "../../../lib/cli/render-help.ts";
import { steps as declared } from "../../../steps/index.ts";
import { runCommand } from "../../run-command.ts";

const steps = Object.fromEntries(Object.entries(declared).map(([slug, step]) => [slug, async () => step]));
const root: CommandEntry = { summary: "", commands: commandIndex };

/** All commands and steps, by what people type. */
async function listCommands(entry: CommandEntry = root, title = "managed-spaces"): Promise<[string, Command][]> {
  const own = await entry.load?.();
  const below = await Promise.all(
    Object.entries(listBelow(entry, { steps })).map(([name, one]) => listCommands(one, `${title} ${name}`)),
  );
  return [...(own === undefined ? [] : [[title, own] satisfies [string, Command]]), ...below.flat()];
}

const commands = await listCommands();

/** The words of a line as a shell takes them apart, as far as examples need it. */
function toWords(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replaceAll(/["']/g, ""));
}

async function parse(line: string): Promise<Parsed> {
  const [, ...words] = toWords(line);
  const { entry, title, rest } = findCommand(root, words, { steps });
  const command = await entry.load?.();
  if (command === undefined) throw new Error(`"${line}" is no command.`);
  return parseGiven(title, command, rest);
}

test.each(commands)("%s --help tells of all that it can be told", async (title, command) => {
  const [, ...words] = title.split(" ");

  const { code, stdout } = await runCommand([...words, "--help"], {}, { steps });

  expect(code).toBe(0);
  for (const [name, { isHidden, formerly = [] }] of Object.entries(command.options)) {
    const isTold = new RegExp(`--(no-)?${name}\\b`).test(stdout);
    expect([name, isTold]).toEqual([name, isHidden !== true]);
    for (const former of formerly) expect(stdout).not.toMatch(new RegExp(`--${former}(?![\\w-])`));
  }
  expect(stdout).toContain("Examples:");
  expect(stdout).toContain("Ends with:");
});

test.each(commands)("the examples of %s are such as it takes", async (_, { examples }) => {
  expect(examples).not.toEqual([]);
  for (const { line } of examples) {
    const [own = ""] = /managed-spaces (?!.*managed-spaces )[^|>)]*/.exec(line) ?? [];
    await expect(parse(own.trim())).resolves.toBeDefined();
  }
});

test("no option is a secret, and one that was renamed is in nobody's way", () => {
  for (const [title, { options }] of commands) {
    const names = Object.keys(options);
    const texts = names.filter((name) => options[name]?.type === "string");
    expect([title, texts.filter((name) => /(^|-)(key|token|password|secret)$/.test(name))]).toEqual([title, []]);
    const former = Object.values(options).flatMap(({ formerly = [] }) => formerly);
    expect([title, former.filter((name) => names.includes(name))]).toEqual([title, []]);
  }
});

test("one option means the same in all commands and steps, and has the same kind of value", () => {
  const types = new Map<string, Set<string>>();
  for (const [, { options }] of commands)
    for (const [name, { type, isHidden }] of Object.entries(options))
      if (isHidden !== true) types.set(name, (types.get(name) ?? new Set()).add(type));

  expect([...types].filter(([, kinds]) => kinds.size > 1).map(([name]) => name)).toEqual([]);
});

const pages = ["README.md", ...readdirSync(join(projectRoot, "docs")).map((name) => `docs/${name}`)].filter((path) =>
  path.endsWith(".md"),
);

test.each(pages)("the commands that %s shows are such as there are", async (path) => {
  const blocks = [...readFileSync(join(projectRoot, path), "utf8").matchAll(/^```bash\n(.*?)^```/gms)];
  const lines = blocks.flatMap(([, block = ""]) =>
    block
      .replaceAll(/\\\n\s*/g, "")
      .split("\n")
      .flatMap((line) => /(?<!<\()\bmanaged-spaces [^|>#)]*/.exec(line.replace(/^#.*/, ""))?.[0] ?? []),
  );
  for (const line of lines) {
    expect([line, await judge(line)]).toEqual([line, "fine"]);
  }
});

test.each(pages)("the commands in the sentences of %s are such as there are", async (path) => {
  const text = readFileSync(join(projectRoot, path), "utf8").replaceAll(/^ *(?:\d+\. )?```.*?^ *```/gms, "");
  const lines = [...text.matchAll(/`(?:npx )?(managed-spaces [a-z][^`]*)`/g)].map(([, line = ""]) => line);
  for (const line of lines.filter((one) => !/[…<]| --help$/.test(one) && !/^managed-spaces [a-z]+$/.test(one)))
    expect([line, await judge(line)]).toEqual([line, "fine"]);
});

/** "fine", or what is wrong with a line: an option that is called otherwise now, too. */
async function judge(line: string): Promise<string> {
  const [, ...words] = toWords(line);
  const command = await findCommand(root, words, { steps }).entry.load?.();
  const former = Object.values(command?.options ?? {}).flatMap(({ formerly = [] }) => formerly);
  const old = former.find((name) => words.some((word) => word.split("=")[0] === `--${name}`));
  if (old !== undefined) return `--${old} is called otherwise now`;
  return parse(line.trim()).then(
    () => "fine",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

test("a group of commands is found, helped with, completed, and told apart from what there is not", async () => {
  const add = defineCommand({
    options: { name: { type: "string", value: "<name>", help: "The tenant's name." } },
    examples: [{ title: "one tenant", line: "managed-spaces tenants add --name America" }],
    run: ({ given }, { write }) => {
      write("stdout", given.name ?? "");
      return Promise.resolve(0);
    },
  });
  const grouped: CommandEntry = {
    summary: "",
    commands: {
      tenants: {
        summary: "Tenants of managed spaces",
        commands: { add: { summary: "Make, connect and fill a tenant", load: async () => add } },
      },
    },
  };
  const printed: string[] = [];
  const context: CommandContext = {
    environment: {},
    workingDirectory: "",
    dist: "",
    version: "",
    steps: {},
    defaultBaseline: "",
    write: (_, text) => void printed.push(text),
    signal: new AbortController().signal,
  };

  const found = findCommand(grouped, ["tenants", "add", "--name", "America"], context);
  expect(found).toMatchObject({ title: "managed-spaces tenants add", rest: ["--name", "America"] });
  expect(() => findCommand(grouped, ["tenants", "ad"], context)).toThrow(
    'There is no command "tenants ad". Did you mean "add"? See managed-spaces tenants --help.',
  );
  expect(() => findCommand(grouped, ["tenants"], context)).toThrow(
    "managed-spaces tenants needs a name behind it: add. See managed-spaces tenants --help.",
  );
  expect(await renderHelp({ title: "managed-spaces", entry: grouped, rest: [] }, context)).toMatch(
    /Commands:\n {2}tenants add +Make, connect and fill a tenant/,
  );
  expect(await renderHelp(found, context)).toMatch(/^Usage: managed-spaces tenants add \[options\]\n/);
  await complete(grouped, ["=a", "tenants"], context);
  await complete(grouped, ["=--n", "tenants", "add"], context);
  expect(printed.join("")).toBe("add\tMake, connect and fill a tenant\n--name\tThe tenant's name.\n");
});
