import { expect, test } from "vitest";
import { openInProcess, openOverLoopback, sendRandomRequests } from "./random-requests.ts";

test("no random request gets a 500, an error that is no JSON, or a wrong length", async () => {
  const { problems, statuses } = await sendRandomRequests({ count: 3000, seed: 1, open: openInProcess });
  expect(problems).toEqual([]);
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 201, 400, 401, 404]));
});

test("nor does one over a network", async () => {
  const { problems } = await sendRandomRequests({ count: 400, seed: 2, open: openOverLoopback });
  expect(problems).toEqual([]);
});
