import { setupServer } from "msw/node";
import { expect, onTestFinished, test } from "vitest";
import { createHandlers } from "../handlers.ts";
import { createOctopusServer } from "../octopus-server.ts";

test("msw answers from a server that does not listen", async () => {
  const server = createOctopusServer();
  const interception = setupServer(...createHandlers(server));
  interception.listen();
  onTestFinished(() => interception.close());
  const response = await fetch("https://octopus.example.com/api/Spaces-1/environments", {
    headers: { "X-Octopus-ApiKey": server.apiKey },
  });
  expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ TotalResults: 0 })]);
});
