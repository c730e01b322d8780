import { expect, test } from "vitest";
import { createOctopusClient, type OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { emptyMemory, packMemory, unpackMemory, type Memory } from "../../../lib/receipts/memory.ts";
import { findReceipt, listReceipts, openReceipts, recallCopy } from "../../../lib/receipts/receipts.ts";
import { nameReceipt, type Receipt } from "../../../lib/receipts/receipt.ts";
import { forgetReceipt, rememberCopy, saveReceipt } from "../../../lib/receipts/write-receipts.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";

const name = nameReceipt("hello_world", "Hello World");
const receipt: Receipt = { format: 2, package: "hello_world", version: "1.0.0" };
const memory: Memory = { ...emptyMemory, ids: { a: "Projects-1" }, secrets: { place: "digest" } };

test("keeps each receipt in a script module of its own, which says what it is", async () => {
  const octopus = await startOctopus();
  const receipts = await openReceipts(open(octopus));
  const before = findReceipt(receipts, name);

  await saveReceipt(receipts, name, () => receipt);
  await rememberCopy(receipts, name, () => memory);

  expect(before).toBeUndefined();
  expect(await octopus.api.list("/libraryvariablesets?contentType=ScriptModule")).toMatchObject([
    {
      Name: "Managed Spaces Receipt[hello_world][Hello World]",
      Description: expect.stringMatching(/^Which project of this space came from the package hello_world 1.0.0/),
    },
  ]);
  expect(await octopus.api.list("/libraryvariablesets?contentType=Variables")).toEqual([]);
  const again = await openReceipts(open(octopus));
  expect(listReceipts(again)).toEqual([{ name, receipt }]);
  expect(await recallCopy(again, name)).toEqual(memory);
});

test("writes nothing when the receipt is the same", async () => {
  const octopus = await startOctopus();
  const first = await openReceipts(open(octopus));
  await saveReceipt(first, name, () => receipt);
  await rememberCopy(first, name, () => memory);
  const before = octopus.server.requests.length;

  const receipts = await openReceipts(open(octopus));
  await saveReceipt(receipts, name, () => ({ version: "1.0.0", ...receipt }));
  await rememberCopy(receipts, name, () => ({ ...memory, ids: { a: "Projects-1" } }));

  expect(octopus.server.requests.slice(before).every(({ method }) => method === "GET")).toBe(true);
});

test("writes one copy's receipt without those of others", async () => {
  const octopus = await startOctopus();
  const names = ["One", "Two", "Three", "Four"].map((project) => nameReceipt("package", project));
  await Promise.all(
    names.map(async (one) => {
      const receipts = await openReceipts(open(octopus));
      await saveReceipt(receipts, one, () => receipt);
      await rememberCopy(receipts, one, () => ({ ...memory, ids: { only: one } }));
    }),
  );
  const receipts = await openReceipts(open(octopus));
  const before = octopus.server.requests.length;

  await rememberCopy(receipts, nameReceipt("package", "Two"), (known) => ({ ...known, ids: { only: "changed" } }));

  expect(
    listReceipts(receipts)
      .map((kept) => kept.name)
      .toSorted(),
  ).toEqual(names.toSorted());
  const writes = octopus.server.requests.slice(before).filter(({ method }) => method !== "GET");
  expect(writes.map(({ path }) => path)).toEqual([
    expect.stringMatching(/^.api.Spaces-1.variables.variableset-Library/),
  ]);
  expect((await recallCopy(await openReceipts(open(octopus)), nameReceipt("package", "Three"))).ids).toEqual({
    only: nameReceipt("package", "Three"),
  });
});

test("makes the new receipt from what another run has written since", async () => {
  const octopus = await startOctopus();
  const early = await openReceipts(open(octopus));
  await saveReceipt(early, name, () => receipt);
  await rememberCopy(early, name, () => memory);
  const other = await openReceipts(open(octopus));
  await rememberCopy(other, name, (known) => ({ ...known, items: { step: "own" } }));

  await rememberCopy(early, name, (known) => ({ ...known, secrets: {} }));

  expect(await recallCopy(await openReceipts(open(octopus)), name)).toEqual({
    ...memory,
    items: { step: "own" },
    secrets: {},
  });
});

test("two runs that make the receipt at the same time make one", async () => {
  const octopus = await startOctopus();
  const [one, two] = [await openReceipts(open(octopus)), await openReceipts(open(octopus))];

  await saveReceipt(one, name, (known) => known ?? receipt);
  await saveReceipt(two, name, (known) => ({ ...(known ?? receipt), project: "Projects-1" }));

  expect(listReceipts(await openReceipts(open(octopus)))).toEqual([
    { name, receipt: { ...receipt, project: "Projects-1" } },
  ]);
});

test("a receipt that was taken away is gone, and one with a long name is found again", async () => {
  const octopus = await startOctopus();
  const receipts = await openReceipts(open(octopus));
  const long = nameReceipt("package", "A very long name of a project ".repeat(10));
  await saveReceipt(receipts, name, () => receipt);
  await saveReceipt(receipts, long, () => receipt);

  await forgetReceipt(receipts, name);

  expect(listReceipts(await openReceipts(open(octopus)))).toEqual([{ name: long, receipt }]);
});

test.each(["Description", "script"])("says what to do about a receipt whose %s was edited", async (what) => {
  const octopus = await startOctopus();
  const receipts = await openReceipts(open(octopus));
  await saveReceipt(receipts, name, () => receipt);
  await rememberCopy(receipts, name, () => memory);
  const [module] = await octopus.api.list("/libraryvariablesets");
  if (what === "Description")
    await octopus.api.put(`/libraryvariablesets/${module?.Id ?? ""}`, { ...module, Description: "Mine" });
  else {
    const path = `/variables/${String(module?.["VariableSetId"])}`;
    const set = await octopus.api.get(path);
    const Name = "Octopus.Script.Module[Managed Spaces Receipt[hello_world][Hello World]]";
    await octopus.api.put(path, { ...set, Variables: [{ Name, Value: "# mine" }] });
  }

  const read = async (): Promise<unknown> => {
    const newer = await openReceipts(open(octopus));
    return [findReceipt(newer, name), await recallCopy(newer, name)];
  };

  await expect(read()).rejects.toThrow(
    /The receipt "Receipt\[hello_world\]\[Hello World\]" .* cannot be understood: it was edited, or a newer version/,
  );
});

test("packs a memory into text and back", () => {
  const long = {
    ...memory,
    ids: Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`Step ${index} – "é"`, "x"])),
  };

  expect(unpackMemory(packMemory(long))).toEqual(long);
  expect(packMemory(long).length).toBeLessThan(JSON.stringify(long).length / 2);
  expect(unpackMemory("bm90IGJyb3RsaQ==")).toBeUndefined();
});

function open({ url, apiKey }: TestServer): OctopusSpace {
  return createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
}
