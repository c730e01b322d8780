import fc from "fast-check";
import { expect, test } from "vitest";
import { during, StepError, toStepError } from "../../lib/step/errors.ts";
import type { FaultPlan } from "../octopus-server/faults/fault-plan.ts";
import { scenes } from "../roles/scenes.ts";
import type { Scene } from "../roles/scenario.ts";
import { listRepeated } from "./said-once.ts";

// Every step at work, on servers that misbehave: whatever it fails with is a sentence for people, in which nothing stands twice.

const faults: Record<string, FaultPlan> = {
  "the key expires": { expireKey: { after: 3 } },
  "the key has expired": { expireKey: { after: 0 } },
  "the server fails at what is read": { fail: { status: 500, method: "GET", chance: 0.3 }, seed: 3 },
  "what is read is not there": { fail: { status: 404, method: "GET", chance: 0.3 }, seed: 5 },
  "nothing may be made": {
    fail: { status: 403, method: "POST", chance: 1, message: "Missing permission: ProjectEdit" },
  },
  "what is made is refused": { fail: { status: 400, method: "POST", chance: 1 } },
  "what is changed is refused": { fail: { status: 400, method: "PUT", chance: 1, message: "No." } },
  "the line is cut": { drop: { at: 5, when: "before", andAllLater: true } },
};

async function setFaults({ servers }: Scene, plan: FaultPlan): Promise<void> {
  for (const server of new Map(Object.values(servers).map((one) => [one.url, one])).values()) {
    const headers = { "content-type": "application/json", "x-octopus-apikey": server.apiKey };
    const body = JSON.stringify(plan);
    const { ok } = await fetch(`${server.url}/__local/faults`, { method: "POST", headers, body });
    expect(ok, `${body}`).toBe(true);
  }
}

/** The sentence with which it fails; "" when it does not. */
async function fail({ servers, run }: Scene): Promise<string> {
  const keys = { management: servers.management?.apiKey ?? "", managed: servers.managed?.apiKey ?? "" };
  try {
    await run(keys);
    return "";
  } catch (error) {
    const known = toStepError(error);
    if (known === undefined) throw error;
    return known.message;
  }
}

/** One that waits on a server that has failed waits for minutes: test/steps/look-up-space.test.ts has its sentences. */
const waiting: readonly unknown[] = [scenes["look-up-space"]?.[1]];

const all = Object.entries(scenes).flatMap(([slug, makes]) =>
  makes.flatMap((make, index) => (waiting.includes(make) ? [] : [[slug, index, make] as const])),
);

test.each(all)("%s (%i) says everything once, and nothing that people cannot read", async (_slug, _index, make) => {
  const scene = await make();
  const sentences: Record<string, string> = {};
  for (const [what, plan] of Object.entries(faults)) {
    await setFaults(scene, plan);
    sentences[what] = await fail(scene);
  }
  await setFaults(scene, {});

  for (const [what, sentence] of Object.entries(sentences)) {
    expect(listRepeated(sentence), `${what}: ${sentence}`).toEqual([]);
    expect(sentence, `${what}`).not.toMatch(/undefined|\[object|NaN|Unexpected error/);
    expect(sentence, `${what}`).toMatch(/^$|[.!?)]$/m);
  }
  expect(sentences["the key has expired"]).toMatch(/does not accept .*, 401\): .* Check that key/);
  expect(Object.values(sentences).filter(Boolean).length).toBeGreaterThan(3);
});

test("a sentence that says a thing twice is found", () => {
  expect(listRepeated('Failed to read the project "A": failed to read the project "A": it is gone.')).not.toEqual([]);
  expect(listRepeated("Octopus at http://a cannot be reached: http://a does not answer.")).toEqual(["http://a"]);
  expect(listRepeated('Failed to read the project "A": it is gone. Check its name.')).toEqual([]);
});

test("a context that is given twice, or to a failure that several wait for, stands once in each sentence", async () => {
  const doing = fc.constantFrom('read the project "A"', 'find updates of "B"', 'deploy the package "C"');
  await fc.assert(
    fc.asyncProperty(fc.array(doing, { minLength: 1, maxLength: 4 }), fc.nat(3), async (contexts, others) => {
      const shared = Promise.reject(new StepError("The space is gone."));
      const wait = (): Promise<never> =>
        contexts.reduce<() => Promise<never>>(
          (work, context) => () => during(context, work),
          () => shared,
        )();
      const results = await Promise.allSettled([wait(), ...Array.from({ length: others }, wait)]);
      const messages = results.flatMap((result) => (result.status === "rejected" ? [String(result.reason)] : []));

      expect(new Set(messages).size).toBe(1);
      const [message = ""] = messages;
      for (const context of new Set(contexts)) {
        const inRow = contexts.filter((one, index) => one === context && contexts[index - 1] !== one).length;
        expect(message.toLowerCase().split(`failed to ${context.toLowerCase()}`).length - 1).toBe(inRow);
      }
    }),
  );
});
