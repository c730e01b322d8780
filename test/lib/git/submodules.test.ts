import { expect, test } from "vitest";
import { listSubmodules, refuseMovedSubmodules, resolveSubmodule } from "../../../lib/git/submodules.ts";
import { editRepository } from "../../git-server/edit-repository.ts";
import { fetchedRepository, gitServer } from "./repositories.ts";

const from = "https://git.example.com/acme/web.git";

test("lists the addresses of submodules as Git reads them", async () => {
  const server = await gitServer();
  const path = server.createRepository("acme/web.git");
  const first = editRepository(path, { files: { "a.md": "a\n" } });
  const modules = `# ours\n[submodule "libs/one.url"]\n\tpath = libs/one\n\turl = "../one.git"\n[submodule "two"]\n\tpath=two\n\tURL = https://git.example.com/other/two.git\n[submodule "three"]\n\tpath = three\n`;
  const second = editRepository(path, { files: { ".gitmodules": modules } });
  const third = editRepository(path, { files: { ".gitmodules": "\n" } });
  const repository = await fetchedRepository({ url: `${server.url}/acme/web.git` });

  expect(await listSubmodules(repository, first)).toEqual([]);
  expect(await listSubmodules(repository, second)).toEqual([
    { name: "libs/one.url", url: "../one.git" },
    { name: "two", url: "https://git.example.com/other/two.git" },
  ]);
  expect(await listSubmodules(repository, third)).toEqual([]);
});

test("an address from the repository's own is found as Git finds it", () => {
  expect(resolveSubmodule("../lib.git", from)).toBe("https://git.example.com/acme/lib");
  expect(resolveSubmodule("../../other/lib.git", from)).toBe("https://git.example.com/other/lib");
  expect(resolveSubmodule("./lib", `${from}/`)).toBe("https://git.example.com/acme/web.git/lib");
  expect(resolveSubmodule("https://else.example.com/lib.git", from)).toBe("https://else.example.com/lib.git");
});

test("a copy whose submodules are where the template's are is made, and another is refused with the name of the submodule", () => {
  const sameOwner = "https://git.example.com/acme/america_web.git";
  const otherOwner = "https://git.example.com/america/web.git";
  const beside = { name: "libs/one", url: "../one.git" };
  const ofTheHost = { name: "two", url: "../../other/two.git" };
  const absolute = { name: "three", url: "https://git.example.com/other/three.git" };

  refuseMovedSubmodules([beside, ofTheHost, absolute], { from, to: sameOwner });
  refuseMovedSubmodules([ofTheHost, absolute], { from, to: otherOwner });
  expect(() => refuseMovedSubmodules([absolute, beside], { from, to: otherOwner })).toThrow(
    'The template\'s submodule "libs/one" has the address "../one.git", which is one from the repository\'s own: in the copy it would be at https://git.example.com/america/one, and it is at https://git.example.com/acme/one. Write that address in the template\'s .gitmodules, or choose an "Owner" for which both are the same.',
  );
  expect(() => refuseMovedSubmodules([ofTheHost], { from, to: "https://else.example.com/acme/web.git" })).toThrow(
    'submodule "two"',
  );
});
