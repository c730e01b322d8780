import { expect, test } from "vitest";
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
  octopus.server.setFaults({ rateLimit: { burst: 1, perMinute: 1, retryAfter: false } });
  await octopus.get("environments");
  expect((await octopus.get("environments")).headers.has("retry-after")).toBe(false);
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

test("a plan with a typo is refused", async () => {
  const octopus = await startLocalOctopus();
  expect((await octopus.post("/__local/faults", { delay: 1 })).status).toBe(400);
});
