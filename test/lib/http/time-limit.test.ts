import { expect, test } from "vitest";
import { createHttpClient } from "../../../lib/http/http-client.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { answering } from "./answering.ts";

const impatient = { peer: "The server", timeLimit: 50, wait: () => Promise.resolve() };

test("what a slow line carries gets the time that it takes, and a server that is silent gets no more than others", async () => {
  const url = await answering((request, response) => {
    let bytes = 0;
    request.on("data", (piece: Buffer) => (bytes += piece.length));
    request.on("end", () => {
      if (bytes === 0) return;
      // Each half comes later than the limit allows where nothing is carried.
      setTimeout(() => response.writeHead(200, { "content-length": 1_000_000 }).write(Buffer.alloc(500_000)), 100);
      setTimeout(() => response.end(Buffer.alloc(500_000)), 200);
    });
  });
  const http = createHttpClient(impatient);
  const form = new FormData();
  form.set("file", new Blob([new Uint8Array(1_000_000)]), "a.zip");

  await expect(http.send({ method: "POST", url })).rejects.toThrow(/did not answer .* in time\./);
  const answers = await Promise.all([
    http.send({ method: "POST", url, body: form }),
    http.send({ method: "POST", url, body: "é".repeat(500_000) }),
  ]);

  expect(answers.map(({ content }) => content.length)).toEqual([1_000_000, 1_000_000]);
});

test("a request for which the server does more gets more time, as often as it is sent", async () => {
  let count = 0;
  const url = await answering((_request, response) => {
    count += 1;
    setTimeout(() => response.writeHead(count === 1 ? 429 : 200).end('{"Id":"Projects-1"}'), 100);
  });
  const octopus = createOctopusClient({ ...impatient, url, apiKey: "API-X" });

  await expect(octopus.post("/projects", {})).rejects.toThrow(/did not answer .* in time\./);
  count = 0;
  expect(await octopus.post("/projects/Projects-1/git/convert", {}, {}, 300_000)).toEqual({ Id: "Projects-1" });
  expect(count).toBe(2);
});
