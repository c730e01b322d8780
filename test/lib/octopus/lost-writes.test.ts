import { expect, test } from "vitest";
import { createOctopusClient, type OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { listPackageVersions, pushPackage } from "../../../lib/octopus/packages.ts";
import type { OctopusServer } from "../../octopus-server/octopus-server.ts";
import type { FaultPlan } from "../../octopus-server/faults/fault-plan.ts";
import { answering } from "../http/answering.ts";
import { startOctopus } from "../../steps/managed-tenants.ts";

const noWait = { wait: () => Promise.resolve() };

async function start(): Promise<{ server: OctopusServer; space: OctopusSpace; sent(): string[] }> {
  const { server, url, apiKey } = await startOctopus();
  const space = createOctopusClient({ url, apiKey, ...noWait }).inSpace({ Id: "Spaces-1", Name: "Default" });
  const begun = server.requests.length;
  const sent = (): string[] =>
    server.requests
      .slice(begun)
      .filter(({ method }) => method !== "GET")
      .map(({ method, path }) => `${method} ${path.replace(/\?.*/, "")}`);
  return { server, space, sent };
}

const lost: [string, FaultPlan][] = [
  ["before it arrived", { drop: { at: 1, when: "before", counting: "writes" } }],
  ["after it arrived", { drop: { at: 1, when: "after", counting: "writes" } }],
];

test.each(lost)("what is made is made once when the connection was cut %s", async (_, faults) => {
  const { server, space } = await start();
  server.setFaults(faults);

  const made = await space.post("/environments", { Name: "Über/Größe 🚀", Description: "For tests" });

  const all = (await space.list("/environments")).filter(({ Name }) => Name === "Über/Größe 🚀");
  expect(all.map(({ Id }) => Id)).toEqual([made.Id]);
});

test("what arrived is not sent again", async () => {
  const { server, space, sent } = await start();
  server.setFaults({ drop: { at: 1, when: "after", counting: "writes" } });

  await space.post("/environments", { Name: "Test" });

  expect(sent()).toEqual(["POST /api/Spaces-1/environments"]);
});

test.each(lost)("a change is there when the connection was cut %s", async (_, faults) => {
  const { server, space } = await start();
  const made = await space.post("/environments", { Name: "Test" });
  server.setFaults(faults);

  const answer = await space.put(`/environments/${made.Id}`, { ...made, Description: "For tests" });

  expect(answer["Description"]).toBe("For tests");
  expect((await space.get(`/environments/${made.Id}`))["Description"]).toBe("For tests");
});

test.each(lost)(
  "a variable set with a secret has it, in its next version, when the connection was cut %s",
  async (_, faults) => {
    const { server, space } = await start();
    const set = await space.post("/libraryvariablesets", { Name: "Shared", ContentType: "Variables", Templates: [] });
    const path = `/variables/variableset-${set.Id}`;
    const before = await space.get(path);
    server.setFaults(faults);

    const Variables = [{ Name: "Password", Value: "correct horse", IsSensitive: true, Type: "Sensitive", Scope: {} }];
    await space.put(path, { ...before, Variables });

    expect((await space.get(path))["Version"]).toBe(Number(before["Version"]) + 1);
    expect(JSON.stringify(server.model.collection("variablesets").find(`variableset-${set.Id}`))).toContain(
      "correct horse",
    );
  },
);

test("a change over one that somebody else made meanwhile is refused, and not sent over theirs", async () => {
  const { server, space } = await start();
  const set = await space.post("/libraryvariablesets", { Name: "Shared", ContentType: "Variables", Templates: [] });
  const path = `/variables/variableset-${set.Id}`;
  const read = await space.get(path);
  const plain = { Type: "String", IsSensitive: false, Scope: {} };
  await space.put(path, { ...read, Variables: [{ ...plain, Name: "Theirs", Value: "1" }] });
  server.setFaults({ drop: { at: 1, when: "before", counting: "writes" } });

  await expect(space.put(path, { ...read, Variables: [{ ...plain, Name: "Ours", Value: "1" }] })).rejects.toThrow(
    /refused PUT .*another user has made changes/,
  );

  expect(JSON.stringify(await space.get(path))).not.toContain("Ours");
});

test.each(lost)("what is removed is gone when the connection was cut %s", async (_, faults) => {
  const { server, space } = await start();
  const made = await space.post("/environments", { Name: "Test" });
  server.setFaults(faults);

  await space.remove(`/environments/${made.Id}`);

  expect(await space.find(`/environments/${made.Id}`)).toBeUndefined();
});

test("what was not there before is told as missing", async () => {
  const { space } = await start();

  await expect(space.remove("/environments/Environments-404")).rejects.toThrow(/\(404\)/);
});

test.each(lost)("a package is in the feed once, and ours, when the connection was cut %s", async (_, faults) => {
  const { server, space } = await start();
  server.setFaults(faults);

  const content = new Uint8Array(Buffer.from("a package"));
  expect(await pushPackage(space, { packageId: "web", version: "1.0.0", content })).toBe(true);

  expect(await listPackageVersions(space, "web")).toHaveLength(1);
});

test("a 503 to a write is waited out, and the write arrives once", async () => {
  const { server, space } = await start();
  server.setFaults({ fail: { status: 503, method: "POST", times: 2 } });

  await space.post("/environments", { Name: "Test" });

  expect((await space.list("/environments")).filter(({ Name }) => Name === "Test")).toHaveLength(1);
});

test("what has no name is not sent twice, and the sentence says that nobody knows", async () => {
  const methods: string[] = [];
  const url = await answering((request, response) => {
    methods.push(request.method ?? "");
    response.destroy();
  });
  const octopus = createOctopusClient({ url, apiKey: "API-X", ...noWait });

  await expect(octopus.post("/tasks", { Description: "Run" })).rejects.toThrow(
    /^Octopus at \S+ closed the connection before it had answered POST \/api\/tasks\. .* Whether it took effect is not known; running the step again is safe\.$/,
  );

  expect(methods).toEqual(["POST"]);
});

test("what never left this machine is not told as perhaps arrived", async () => {
  const octopus = createOctopusClient({ url: "http://127.0.0.1:9", apiKey: "API-X", ...noWait });

  const sent = octopus.post("/environments", { Name: "Test" });

  await expect(sent).rejects.toThrow(/cannot be reached: the connection was refused\. Check [^.]*\.$/);
});
