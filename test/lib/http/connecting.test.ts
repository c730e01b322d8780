import { getEventListeners } from "node:events";
import { request } from "node:http";
import { expect, onTestFinished, test, vi } from "vitest";
import { describeNoAnswer } from "../../../lib/http/connection-problem.ts";
import { receive } from "../../../lib/http/exchange.ts";
import { answering } from "./answering.ts";

/** So that nobody waits. */
function stopClock(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
}

const nothing = { content: new Uint8Array(), signal: new AbortController().signal };

test("a server to which no connection is made within ten seconds is told, as behind a firewall that drops everything", async () => {
  stopClock();
  // A name that never gets an address: the socket goes on connecting.
  const connecting = request("http://octopus.example", { agent: false, lookup: () => undefined });
  const answer = receive(connecting, nothing).then(
    () => "answered",
    (error: unknown) => describeNoAnswer(error, { peer: "Octopus", request: "GET /", proxy: undefined }),
  );
  await new Promise(setImmediate);

  await vi.advanceTimersByTimeAsync(9999);
  expect(connecting.destroyed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(connecting.destroyed).toBe(true);

  expect(await answer).toBe(
    "Octopus cannot be reached: no connection was made in time. Check the server URL, firewalls and proxies.",
  );
});

test("one that is connected may take longer", async () => {
  let isAsked = false;
  const answers: (() => void)[] = [];
  const url = await answering((_request, response) => {
    isAsked = true;
    answers.push(() => response.end("late"));
  });
  stopClock();
  const asking = request(url, { agent: false });
  const answer = receive(asking, nothing);
  await expect.poll(() => isAsked).toBe(true);

  await vi.advanceTimersByTimeAsync(60_000);
  for (const give of answers) give();

  expect(Buffer.from(await (await answer).content()).toString()).toBe("late");
});

test("nobody listens for a cancelation any more when the answer is there", async () => {
  const url = await answering((_request, response) => response.end("done"));
  const { signal } = new AbortController();

  const answer = await receive(request(url, { agent: false }), { content: new Uint8Array(), signal });
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  await answer.content();

  await expect.poll(() => getEventListeners(signal, "abort")).toHaveLength(0);
});
