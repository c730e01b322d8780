import { expect, test } from "vitest";
import { writeBeside, type Writing } from "../../../lib/apply/write-beside.ts";
import type { NodePlan } from "../../../lib/compare/comparison.ts";
import { reference } from "../../../lib/model/graph.ts";
import type { JsonObject } from "../../../lib/model/json.ts";
import { getKind } from "../../../lib/resources/index.ts";

/** A resource that is to be made. */
function planOf(kind: string, name: string, body: JsonObject = {}): NodePlan {
  return {
    node: { kind, key: [name], body },
    kind: getKind(kind),
    action: "create",
    isAdopted: false,
    desired: body,
    current: undefined,
    adoptedItems: [],
    currentBody: {},
    itemIdentities: new Map(),
    base: undefined,
    merge: { body, changes: [], kept: [] },
    removedLate: [],
    secrets: { toSend: new Map(), digests: {} },
    problems: [],
  };
}

interface Ending {
  resolve(): void;
  reject(error: Error): void;
}

/** Writes that end when somebody says so, by the names of what they write. */
function startWriting(plans: readonly NodePlan[], rules: Partial<Pick<Writing, "isReady" | "isLate">> = {}) {
  const open = new Map<string, Ending>();
  const done = writeBeside(plans, {
    isReady: () => true,
    isLate: () => false,
    ...rules,
    write({ node }) {
      return new Promise((resolve, reject) => void open.set(node.key.join(), { resolve, reject }));
    },
  });
  // It is looked at below.
  done.catch(() => undefined);
  /** Those that are under way, once all that could begin has begun. */
  const underWay = async (): Promise<string[]> => {
    await new Promise(setImmediate);
    return [...open.keys()];
  };
  const end = (name: string, error?: Error): void => {
    const work = open.get(name);
    open.delete(name);
    if (error === undefined) work?.resolve();
    else work?.reject(error);
  };
  return { done, underWay, end };
}

test("what has nothing to do with each other is written side by side, six at a time", async () => {
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const { done, underWay, end } = startWriting(names.map((name) => planOf("account", name)));

  expect(await underWay()).toEqual(["a", "b", "c", "d", "e", "f"]);
  end("c");
  expect(await underWay()).toEqual(["a", "b", "d", "e", "f", "g"]);
  for (const name of names) end(name);
  expect(await underWay()).toEqual(["h"]);
  end("h");
  await done;
});

test("what points to something waits until that is there, and what comes behind waits with it", async () => {
  const { done, underWay, end } = startWriting([
    planOf("environment", "Test"),
    planOf("account", "Azure", { EnvironmentIds: [reference("environment", ["Test"])] }),
    planOf("feed", "Docker"),
  ]);

  expect(await underWay()).toEqual(["Test"]);
  end("Test");
  expect(await underWay()).toEqual(["Azure", "Docker"]);
  end("Azure");
  end("Docker");
  await done;
});

test("what is shown in the order in which it was made is written one after the other, whether its place is said or not", async () => {
  const { done, underWay, end } = startWriting(["Test", "Production"].map((name) => planOf("environment", name)));

  expect(await underWay()).toEqual(["Test"]);
  end("Test");
  expect(await underWay()).toEqual(["Production"]);
  end("Production");
  await done;
});

test("what comes late waits for all that was begun, and what is not ready is left", async () => {
  const isNamed = (name: string) => (plan: NodePlan) => plan.node.key[0] === name;
  const plans = ["a", "b", "late", "never"].map((name) => planOf("account", name));
  const { done, underWay, end } = startWriting(plans, {
    isLate: isNamed("late"),
    isReady: (plan) => !isNamed("never")(plan),
  });

  expect(await underWay()).toEqual(["a", "b"]);
  end("a");
  expect(await underWay()).toEqual(["b"]);
  end("b");
  expect(await underWay()).toEqual(["late"]);
  end("late");
  await done;
});

test("a write that fails lets those beside it end and no other begin, and is what is told", async () => {
  const { done, underWay, end } = startWriting([
    planOf("feed", "slow"),
    planOf("environment", "Test"),
    planOf("account", "Azure", { EnvironmentIds: [reference("environment", ["Test"])] }),
  ]);
  let isOver = false;
  void done.catch(() => (isOver = true));

  expect(await underWay()).toEqual(["slow", "Test"]);
  end("Test", new Error("no more room"));
  expect(await underWay()).toEqual(["slow"]);
  expect(isOver).toBe(false);
  end("slow", new Error("told second"));
  await expect(done).rejects.toThrow("no more room");
});
