import { expect, test } from "vitest";
import {
  nameReceipt,
  openReceipts,
  packManifest,
  receiptSetName,
  unpackManifest,
  type Receipt,
} from "../../../lib/receipts/receipt.ts";
import { createOctopusClient, type OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";

const name = nameReceipt("hello_world", "Hello World");
const receipt: Receipt = {
  format: 1,
  package: "hello_world",
  version: "1.0.0",
  manifest: packManifest("{}"),
  secrets: { a: "b" },
};

test("keeps receipts in a variable set that it makes when there is a first one", async () => {
  const octopus = await startOctopus();
  const space = open(octopus);
  const receipts = await openReceipts(space);
  const before = receipts.find(name);

  await receipts.save(name, () => receipt);

  expect(before).toBeUndefined();
  expect((await octopus.api.list("/libraryvariablesets")).map(({ Name }) => Name)).toEqual([receiptSetName]);
  expect((await openReceipts(space)).find(name)).toEqual(receipt);
  expect(receipts.list()).toEqual([{ name: "Receipt[hello_world][Hello World]", receipt }]);
});

test("writes nothing when the receipt is the same", async () => {
  const octopus = await startOctopus();
  await (await openReceipts(open(octopus))).save(name, () => receipt);
  const before = octopus.server.requests.length;

  await (await openReceipts(open(octopus))).save(name, () => ({ secrets: { a: "b" }, ...receipt }));

  expect(octopus.server.requests.slice(before).every(({ method }) => method === "GET")).toBe(true);
});

test("loses no receipt when many are saved at the same time", async () => {
  const octopus = await startOctopus();
  const names = ["One", "Two", "Three", "Four"].map((project) => nameReceipt("package", project));

  await Promise.all(names.map(async (one) => (await openReceipts(open(octopus))).save(one, () => receipt)));

  expect(
    (await openReceipts(open(octopus)))
      .list()
      .map((kept) => kept.name)
      .toSorted(),
  ).toEqual(names.toSorted());
});

test("makes the new receipt from what another run has written since", async () => {
  const octopus = await startOctopus();
  const early = await openReceipts(open(octopus));
  await early.save(name, () => receipt);
  await (await openReceipts(open(octopus))).save(name, (known) => ({ ...receipt, ...known, project: "Projects-1" }));

  await early.save(name, (known) => ({ ...receipt, ...known, version: "2.0.0" }));

  expect((await openReceipts(open(octopus))).find(name)).toMatchObject({ project: "Projects-1", version: "2.0.0" });
});

test("says what to do about a receipt that it does not understand", async () => {
  const octopus = await startOctopus();
  const receipts = await openReceipts(open(octopus));
  await receipts.save(name, () => receipt);
  const set = await octopus.api.get("/variables/variableset-LibraryVariableSets-1");
  await octopus.api.put("/variables/variableset-LibraryVariableSets-1", {
    ...set,
    Variables: [{ Name: name, Value: '{"format":2}' }],
  });

  const newer = await openReceipts(open(octopus));

  expect(() => newer.find(name)).toThrow(
    /The receipt "Receipt\[hello_world\]\[Hello World\]" .* cannot be understood: it was edited, or a newer version/,
  );
});

test("packs a manifest into text and back", () => {
  const text = JSON.stringify({ names: Array.from({ length: 500 }, (_, index) => `Step ${index} – "é"`) });

  expect(unpackManifest(packManifest(text))).toBe(text);
  expect(packManifest(text).length).toBeLessThan(text.length);
  expect(() => unpackManifest("bm90IGJyb3RsaQ==")).toThrow(/is damaged/);
});

function open({ url, apiKey }: TestServer): OctopusSpace {
  return createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
}
