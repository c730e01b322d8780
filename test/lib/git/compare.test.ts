import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { findDivergence, listChangedFiles } from "../../../lib/git/compare.ts";
import { createRepository } from "../../../lib/git/repository.ts";
import { temporaryDirectory } from "./repositories.ts";

interface Commit {
  /** How many commits before this one each parent stands; none for the first of a history of its own. */
  parents: readonly number[];
  minutes: number;
  /** By path; undefined for a file that goes. */
  files: Readonly<Record<string, string | undefined>>;
}

const paths = ["a", "a.b", "a/x", "a/y/z", "b", "b/é", "c c", "\u{1F419}/n"];

const commits = fc.array(
  fc.record<Commit>({
    parents: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 2 }),
    minutes: fc.integer({ min: 1, max: 3 }),
    files: fc.dictionary(fc.constantFrom(...paths), fc.option(fc.constantFrom("1\n", "2\n"), { nil: undefined }), {
      maxKeys: 3,
    }),
  }),
  { minLength: 2, maxLength: 14 },
);

/** A history as git-fast-import reads it. */
function write(history: readonly Commit[]): string {
  let minutes = 0;
  return history
    .map(({ parents, minutes: later, files }, index) => {
      minutes += later;
      const from = parents.map((back) => index - back).filter((one) => one >= 0);
      const lines = from.map((one, at) => `${at === 0 ? "from" : "merge"} :${one + 1}\n`).join("");
      const changes = Object.entries(files).map(([path, text]) =>
        text === undefined ? `D "${path}"\n` : `M 100644 inline "${path}"\ndata ${Buffer.byteLength(text)}\n${text}\n`,
      );
      return `commit refs/heads/c${index}\nmark :${index + 1}\ncommitter Lisa <lisa@localhost> ${1_700_000_000 + minutes * 60} +0000\ndata 2\nx\n${lines}${changes.join("")}\n`;
    })
    .join("");
}

test("where two commits part, and what differs between them, is what Git says by three commands", async () => {
  await fc.assert(
    fc.asyncProperty(commits, fc.nat(), fc.nat(), async (history, one, other) => {
      const directory = temporaryDirectory();
      const repository = await createRepository({ directory });
      const ask = (args: readonly string[], input = ""): string[] =>
        execFileSync("git", ["-C", directory, ...args], { input, stdio: ["pipe", "pipe", "ignore"] })
          .toString()
          .split(/[\n\0]/)
          .filter(Boolean);
      ask(["fast-import", "--quiet"], write(history));
      const [base = "", head = ""] = [one, other].flatMap((index) => ask(["rev-parse", `c${index % history.length}`]));
      const commonWith = (): string[] => {
        try {
          return ask(["merge-base", "--all", base, head]);
        } catch {
          return [];
        }
      };

      const { bases, own } = await findDivergence(repository, { base, head });

      expect(bases.toSorted()).toEqual(commonWith().toSorted());
      expect(own.map(({ commit }) => commit)).toEqual(ask(["log", "--no-merges", "--format=%H", `${base}..${head}`]));
      expect(await listChangedFiles(repository, { base, head })).toEqual(
        ask(["diff-tree", "-r", "-z", "--name-only", "--no-renames", base, head]),
      );
      await repository.git.objects.close();
    }),
    { numRuns: 40 },
  );
});
