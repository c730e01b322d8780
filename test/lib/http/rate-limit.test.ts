import fc from "fast-check";
import { expect, test } from "vitest";
import { spacingAfter } from "../../../lib/http/rate-limit.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { readRateLimit } from "../../../lib/octopus/read-rate-limit.ts";
import { UnavailableError } from "../../../lib/step/errors.ts";
import { startOctopus } from "../../steps/managed-tenants.ts";
import { answering } from "./answering.ts";
import { createSimulatedTime } from "./simulated-time.ts";

test.each([
  { server: "one that tells what is left", headers: true, retryAfter: true },
  { server: "one that says nothing", headers: false, retryAfter: false },
])("a hundred runs under 200 requests a minute end without a failure, on $server", async ({ headers, retryAfter }) => {
  const time = createSimulatedTime();
  const { server, url, apiKey } = await startOctopus({ now: () => new Date(1_780_000_000_000 + time.now()) });
  server.setFaults({ rateLimit: { headers, retryAfter, burst: 200, perMinute: 200 } });
  const [runs, reads, writes] = [100, 4, 2];
  const run = async (number: number): Promise<void> => {
    const octopus = createOctopusClient({ url, apiKey, wait: time.wait, clock: time.now });
    const space = octopus.inSpace({ Id: "Spaces-1", Name: "Default" });
    for (let write = 0; write < writes; write += 1) {
      for (let read = 0; read < reads / writes; read += 1) await octopus.get("/users/me");
      await space.post("/environments", { Name: `Of run ${number}, ${write}` });
    }
  };

  await time.runAll(Array.from({ length: runs }, (_, number) => () => run(number)));

  const requests = runs * (reads + writes);
  expect(time.now()).toBeLessThan(1.2 * (requests / 200) * 60_000);
  expect(server.requests.filter(({ status }) => status === 429).length).toBeLessThan(2 * requests);
  expect(server.requests.filter(({ status }) => status !== 429)).toHaveLength(requests);
  server.setFaults({});
  const names = await createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "" }).list("/environments");
  expect(new Set(names.map(({ Name }) => Name)).size).toBe(runs * writes);
});

test("a run that is alone is never refused, and waits for nothing until most of the bucket is empty", async () => {
  const time = createSimulatedTime();
  const { server, url, apiKey } = await startOctopus({ now: () => new Date(1_780_000_000_000 + time.now()) });
  server.setFaults({ rateLimit: { burst: 200, perMinute: 200 } });
  const sentences: string[] = [];
  const octopus = createOctopusClient({
    url,
    apiKey,
    wait: time.wait,
    clock: time.now,
    onWait: (sentence) => sentences.push(sentence),
  });
  let unhindered = 0;

  await time.runAll([
    async () => {
      for (let request = 0; request < 500; request += 1) {
        await octopus.get("/users/me");
        if (time.now() === 0) unhindered += 1;
      }
    },
  ]);

  expect(unhindered).toBeGreaterThanOrEqual(150);
  expect(server.requests.filter(({ status }) => status === 429)).toEqual([]);
  expect(time.now()).toBeLessThan(1.2 * (500 / 200) * 60_000);
  expect(sentences.length).toBeLessThan(6);
  expect(sentences[0]).toMatch(
    /^Octopus at http:\/\/\S+ limits the rate of requests: this run waits for its share of them, 1\d seconds so far\.$/,
  );
  expect(sentences.at(-1)).toMatch(/ (8\d seconds|2 minutes) so far\.$/);
});

test("refusals for rate use up none of the attempts that a server which cannot answer gets", async () => {
  const statuses = [...Array<number>(20).fill(429), 503, ...Array<number>(20).fill(429), 503, 429, 200];
  const url = await answering((_request, response) => response.writeHead(statuses.shift() ?? 500).end('{"Id":"1"}'));
  const wait = () => Promise.resolve();

  await createOctopusClient({ url, apiKey: "API-X", wait }).get("/users/me");

  expect(statuses).toEqual([]);
});

test("nothing is sent before the time that the server asks to wait for is over", async () => {
  const time = createSimulatedTime();
  const sent: number[] = [];
  const url = await answering((_request, response) => {
    sent.push(time.now());
    response.writeHead(sent.length === 1 ? 429 : 200, { "retry-after": "600" }).end('{"Id":"1"}');
  });
  const octopus = createOctopusClient({ url, apiKey: "API-X", wait: time.wait, clock: time.now });

  await time.runAll([async () => void (await octopus.post("/spaces", { Name: "A" }))]);

  expect(sent).toHaveLength(2);
  expect(sent[1]).toBeGreaterThanOrEqual(600_000);
});

test.each([
  { answer: "that say nothing", headers: {} },
  { answer: "that ask to wait for an hour", headers: { "retry-after": "3600" } },
])("after half an hour of refusals $answer a run ends, and says what to do", async ({ headers }) => {
  const time = createSimulatedTime();
  const url = await answering((_request, response) => response.writeHead(429, headers).end());
  const octopus = createOctopusClient({ url, apiKey: "API-X", wait: time.wait, clock: time.now });

  const getting = time.runAll([async () => void (await octopus.get("/users/me"))]);

  await expect(getting).rejects.toBeInstanceOf(UnavailableError);
  await expect(getting).rejects.toThrow(
    `Octopus at ${url} limits the rate of requests: GET /api/users/me would have to wait for more than 30 minutes. All that the API key's user does counts, the web portal included. Use a key of a service account of its own`,
  );
  expect(time.now()).toBeLessThan(31 * 60_000);
});

test("a run that is canceled while it waits ends at once", async () => {
  const canceling = new AbortController();
  const url = await answering((_request, response) => {
    response.writeHead(429, { "retry-after": "1000" }).end();
    // After the answer is read, or while it is: either way the run ends now, not in a quarter of an hour.
    response.on("close", () => setImmediate(() => canceling.abort()));
  });
  const octopus = createOctopusClient({ url, apiKey: "API-X", signal: canceling.signal });

  const getting = Promise.all([octopus.get("/users/me"), octopus.get("/spaces/all"), octopus.get("/serverstatus")]);

  await expect(getting).rejects.toThrow("The run was canceled.");
});

const bucket = fc.record({
  size: fc.integer({ min: 1, max: 5000 }),
  perMinute: fc.integer({ min: 1, max: 10_000 }),
  left: fc.integer({ min: 0, max: 6000 }),
});
const spacing = fc.double({ min: 0, max: 30_000, noNaN: true });

test("the distance between requests is never below none and never above half a minute", () => {
  fc.assert(
    fc.property(fc.boolean(), fc.option(bucket, { nil: undefined }), spacing, (isRefused, known, before) => {
      const after = spacingAfter({ isRefused, bucket: known }, before);
      expect(after).toBeGreaterThanOrEqual(0);
      expect(after).toBeLessThanOrEqual(30_000);
      expect(!isRefused || after >= before).toBe(true);
    }),
  );
});

test("the less is left, the greater the distance; with a quarter left there is none", () => {
  fc.assert(
    fc.property(bucket, spacing, (known, before) => {
      const distance = (left: number): number => spacingAfter({ isRefused: false, bucket: { ...known, left } }, before);
      expect(distance(known.left)).toBeGreaterThanOrEqual(distance(known.left + 1));
      expect(distance(known.size / 4)).toBe(0);
      // With nothing left, nobody sends more than comes back.
      expect(distance(0)).toBeGreaterThanOrEqual(Math.min(30_000, 60_000 / known.perMinute));
    }),
  );
});

test("headers that say nothing sensible are as none", () => {
  const read = (policy: string, state: string) =>
    readRateLimit({
      status: 200,
      headers: new Headers({ "Octopus-RateLimit-Policy": policy, "Octopus-RateLimit": state }),
      content: new Uint8Array(),
    }).bucket;

  expect(read("l=200;rpm=600", "r=7;t=18")).toEqual({ size: 200, perMinute: 600, left: 7 });
  expect(read("rpm=600; L=200; more=1", "t=18; r=0")).toEqual({ size: 200, perMinute: 600, left: 0 });
  for (const [policy, state] of [
    ["", ""],
    ["l=0;rpm=600", "r=7"],
    ["l=200;rpm=0", "r=7"],
    ["l=200;rpm=600", "t=7"],
    ["l=200;rpm=1.2.3", "r=7"],
    ["l=200;rpm=-5", "r=7"],
  ] as const)
    expect(read(policy, state)).toBeUndefined();
  fc.assert(
    fc.property(fc.stringMatching(/^[\x20-\x7e]*$/), fc.stringMatching(/^[\x20-\x7e]*$/), (policy, state) => {
      expect(spacingAfter({ isRefused: false, bucket: read(policy, state) }, 0)).toBeGreaterThanOrEqual(0);
    }),
  );
});
