import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { listUntranslated, translateTree } from "../../../lib/copies/translate-step-templates.ts";
import { readTree } from "../../../lib/git/compare.ts";
import type { LocalRepository } from "../../../lib/git/repository.ts";
import { editRepository } from "../../git-server/edit-repository.ts";
import { localRepository } from "../git/repositories.ts";

const translation = {
  stepTemplates: { "ActionTemplates-1/2": "ActionTemplates-9/3" },
  names: { environment: { production: "prod" } },
  templatePath: ".octopus",
  copyPath: ".octopus",
};

/** A process with the step template and the environment, and a text of any bytes. */
function processOf(bytes: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from('step "greet" {\n    action {\n        environments = ["production"]\n        notes = "'),
    bytes,
    Buffer.from(
      '"\n        properties = {\n            Octopus.Action.Template.Id = "ActionTemplates-1"\n            Octopus.Action.Template.Version = "2"\n        }\n    }\n}\n',
    ),
  ]);
}

function readBytes({ git }: LocalRepository, tree: string, path: string): Buffer {
  return execFileSync("git", ["-C", git.directory, "cat-file", "blob", `${tree}:${path}`]);
}

async function commit(files: Record<string, Buffer>): Promise<{ repository: LocalRepository; head: string }> {
  const repository = await localRepository();
  return { repository, head: editRepository(repository.git.directory, { files }) };
}

test("a file that is no UTF-8 keeps its bytes and is told, while the others say what the space has", async () => {
  const latin = processOf(Buffer.from("Gr\u00fc\u00dfe", "latin1"));
  const { repository, head } = await commit({
    ".octopus/deployment_process.ocl": processOf(Buffer.from("Gr\u00fc\u00dfe \u{1F419}")),
    ".octopus/runbooks/latin.ocl": latin,
    ".octopus/runbooks/other.ocl": Buffer.from('name = "Gr\u00fc\u00dfe"\n', "latin1"),
  });

  const tree = await translateTree(repository, head, translation);

  expect(readBytes(repository, tree, ".octopus/runbooks/latin.ocl").equals(latin)).toBe(true);
  const text = readBytes(repository, tree, ".octopus/deployment_process.ocl").toString();
  expect(text).toBe(
    processOf(Buffer.from("Gr\u00fc\u00dfe \u{1F419}"))
      .toString()
      .replace("production", "prod")
      .replace("ActionTemplates-1", "ActionTemplates-9")
      .replace('"2"', '"3"'),
  );
  expect(await listUntranslated(repository, head, translation)).toEqual([".octopus/runbooks/latin.ocl"]);
});

test("whatever bytes a file has, all but what is called otherwise stay", async () => {
  const anyByte = fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes));
  const files = fc.array(anyByte, { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(files, async (all) => {
      // What ends a text, or begins something in it, makes another file of it.
      const texts = all.map((bytes) =>
        Buffer.from(bytes.filter((byte) => byte >= 0x20 && ![0x22, 0x5c].includes(byte))),
      );
      const path = (index: number): string => `.octopus/${index}.ocl`;
      const { repository, head } = await commit(
        Object.fromEntries(texts.map((bytes, index) => [path(index), processOf(bytes)])),
      );

      const tree = await translateTree(repository, head, translation);

      for (const [index, bytes] of texts.entries()) {
        const after = readBytes(repository, tree, path(index));
        expect(after.includes(Buffer.concat([Buffer.from('"'), bytes, Buffer.from('"')]))).toBe(true);
      }
    }),
    { numRuns: 10 },
  );
});

test("without anything that is called otherwise the contents are the template's own", async () => {
  const { repository, head } = await commit({ ".octopus/deployment_process.ocl": processOf(Buffer.from("<html>")) });

  const tree = await translateTree(repository, head, { ...translation, stepTemplates: {}, names: {} });

  expect(tree).toBe(await readTree(repository, head));
});
