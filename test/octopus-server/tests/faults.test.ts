import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { faultPlanSchema } from "../faults/fault-plan.ts";
import { startLocalOctopus } from "./local-octopus.ts";

test("the rate limiter lets a burst through and says when to come again", async () => {
  let now = Date.parse("2026-05-01T12:00:00Z");
  const octopus = await startLocalOctopus({
    now: () => new Date(now),
    faults: { rateLimit: { burst: 2, perMinute: 60 } },
  });
  expect([(await octopus.get("environments")).status, (await octopus.get("environments")).status]).toEqual([200, 200]);
  const refused = await octopus.get("environments");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
  now += 1000;
  expect((await octopus.get("environments")).status).toBe(200);
  octopus.server.setFaults({ rateLimit: { burst: 1, perMinute: 1, retryAfter: false, headers: false } });
  await octopus.get("environments");
  const names = [...(await octopus.get("environments")).headers.keys()];
  expect(names.filter((name) => /retry|limit/.test(name))).toEqual([]);
});

test("requests fail as often as told, and take no effect", async () => {
  const octopus = await startLocalOctopus();
  await octopus.post("/__local/faults", { fail: { status: 503, times: 2, method: "post", path: "/environments" } });
  expect((await octopus.get("environments")).status).toBe(200);
  expect((await octopus.post("environments", { Name: "A" })).status).toBe(503);
  expect((await octopus.post("environments", { Name: "A" })).status).toBe(503);
  expect((await octopus.post("environments", { Name: "A" })).status).toBe(201);
});

test.each([
  ["before", 0],
  ["after", 1],
] as const)("a connection is dropped %s the request takes effect", async (when, made) => {
  const octopus = await startLocalOctopus();
  octopus.server.setFaults({ drop: { at: 1, when } });
  await expect(octopus.post("environments", { Name: "A" })).rejects.toThrow("fetch failed");
  expect((await octopus.get("environments")).body.Items).toHaveLength(made);
});

test("the world stops after the n-th write until told otherwise", async () => {
  const octopus = await startLocalOctopus();
  octopus.server.setFaults({ drop: { at: 2, when: "after", counting: "writes", andAllLater: true } });
  await octopus.made("environments", { Name: "A" });
  await octopus.get("environments");
  await expect(octopus.post("environments", { Name: "B" })).rejects.toThrow("fetch failed");
  await expect(octopus.get("environments")).rejects.toThrow("fetch failed");
  await octopus.remove("/__local/faults");
  expect((await octopus.get("environments")).body.Items.map((item) => item.Name)).toEqual(["A", "B"]);
});

test("every request is recorded", async () => {
  const octopus = await startLocalOctopus();
  await octopus.get("environments?take=1");
  await octopus.post("environments", { Name: "A" });
  expect(octopus.server.requests).toMatchObject([
    { method: "GET", path: "/api/Spaces-1/environments?take=1", status: 200 },
    { method: "POST", path: "/api/Spaces-1/environments", status: 201 },
  ]);
  expect((await octopus.get("/__local/requests")).body["List"]).toHaveLength(2);
});

test.each([400, 409, 500] as const)("whoever sends an old version is told so with %i", async (status) => {
  const octopus = await startLocalOctopus({ faults: { staleData: { status } } });
  const set = await octopus.made("libraryvariablesets", { Name: "Shared" });
  const path = `variables/variableset-${set.Id}`;
  const { body } = await octopus.get(path);
  await octopus.put(path, body);
  const refused = await octopus.put(path, body);
  expect([refused.status, refused.body.Errors]).toEqual([
    status,
    [expect.stringContaining("because another user has made changes to the variables")],
  ]);
});

test("a failure says what the plan lets it say", async () => {
  const message =
    "Modification failed for 'Channel' document with 'Channels-1' Id because submitted data was out of date.";
  const octopus = await startLocalOctopus({ faults: { fail: { status: 500, message } } });
  expect((await octopus.get("channels")).body.Errors).toEqual([message]);
});

test("a plan with a typo is refused", async () => {
  const octopus = await startLocalOctopus();
  expect((await octopus.post("/__local/faults", { delay: 1 })).status).toBe(400);
});

test("a chance of failure is drawn from the seed", async () => {
  const octopus = await startLocalOctopus();
  const statuses = async (seed: number): Promise<number[]> => {
    octopus.server.setFaults({ seed, fail: { status: 502, chance: 0.5 } });
    const found: number[] = [];
    for (let count = 0; count < 20; count++) found.push((await octopus.get("environments")).status);
    return found;
  };
  const first = await statuses(7);
  expect(new Set(first)).toEqual(new Set([200, 502]));
  expect(await statuses(7)).toEqual(first);
  expect(await statuses(8)).not.toEqual(first);
});

test("connections are dropped by chance, too", async () => {
  const octopus = await startLocalOctopus();
  octopus.server.setFaults({ seed: 3, drop: { chance: 0.5, counting: "writes", when: "after" } });
  const results = await Promise.allSettled(["A", "B", "C", "D"].map((Name) => octopus.post("environments", { Name })));
  expect(new Set(results.map(({ status }) => status))).toEqual(new Set(["fulfilled", "rejected"]));
  expect((await octopus.get("environments")).body.Items).toHaveLength(4);
});

test("a slow body comes in pieces and is whole in the end", async () => {
  const octopus = await startLocalOctopus();
  const whole = await octopus.get("lifecycles");
  octopus.server.setFaults({ slowBody: { pieceBytes: 100, pauseMilliseconds: 1 } });
  expect((await octopus.get("lifecycles")).body).toEqual(whole.body);
});

test("a body that is cut off drops the connection although the status says 200", async () => {
  const octopus = await startLocalOctopus();
  octopus.server.setFaults({ slowBody: { path: "/lifecycles", cutAfterBytes: 20 } });
  const response = await fetch(`${octopus.url}/api/lifecycles`, {
    headers: { "X-Octopus-ApiKey": octopus.server.apiKey },
  });
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow("terminated");
  expect((await octopus.get("environments")).status).toBe(200);
});

test("a key expires half-way, and others go on", async () => {
  const octopus = await startLocalOctopus();
  const other = await octopus.made("/api/users/Users-1/apikeys", { Purpose: "Other" });
  octopus.server.setFaults({ expireKey: { after: 2, key: octopus.server.apiKey } });
  const statuses = [await octopus.get("environments"), await octopus.get("environments")].map(({ status }) => status);
  expect(statuses).toEqual([200, 200]);
  const refused = await octopus.post("environments", { Name: "A" });
  expect([refused.status, refused.body.ErrorMessage]).toEqual([401, expect.stringContaining("valid API key")]);
  expect((await octopus.as(String(other["ApiKey"])).get("environments")).status).toBe(200);
});

test("the recording says how many bytes each answer had", async () => {
  const octopus = await startLocalOctopus();
  const response = await fetch(`${octopus.url}/api`);
  const { byteLength } = await response.arrayBuffer();
  expect(octopus.server.requests).toMatchObject([{ path: "/api", bytes: byteLength }]);
});

test("every plan of the README is one", async () => {
  const text = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const plans = [...text.matchAll(/^\| `(\{ .+?)` \|/gm)].map(([, plan = ""]) => plan);
  expect(plans.length).toBeGreaterThan(8);
  for (const plan of plans) expect(faultPlanSchema.safeParse(JSON.parse(plan)).error?.message).toBeUndefined();
});
