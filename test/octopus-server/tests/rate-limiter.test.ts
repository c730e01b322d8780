import { expect, test } from "vitest";
import { createApiStage } from "./api-stage.ts";

const authenticated = "/api/ratelimitingpolicies/RateLimitingPolicies-2";

test("an enabled policy counts the requests of each user, and tells what is left before it refuses", async () => {
  let now = Date.parse("2026-09-01T12:00:00Z");
  const { url, server, ...stage } = await createApiStage({ now: () => new Date(now) });
  const lisa = await stage.post("/api/users", { Username: "lisa", DisplayName: "Lisa", IsService: true });
  const key = await stage.post(`/api/users/${String(lisa["Id"])}/apikeys`, { Purpose: "Tests" });
  const policy = { ...(await stage.get(authenticated)), IsEnabled: true, RequestsPerMinute: 20, BurstLimit: 2 };
  const send = async (apiKey: string) => {
    const response = await fetch(`${url}/api/users/me`, { headers: { "X-Octopus-ApiKey": apiKey } });
    const told = ["octopus-ratelimit-policy", "octopus-ratelimit", "retry-after"];
    return [response.status, ...told.map((name) => response.headers.get(name))];
  };

  expect(await send(server.apiKey)).toEqual([200, null, null, null]);
  await stage.put(authenticated, policy);
  expect(await send(server.apiKey)).toEqual([200, "l=2;rpm=20", "r=1;t=3", null]);
  expect(await send(server.apiKey)).toEqual([200, "l=2;rpm=20", "r=0;t=6", null]);
  expect(await send(server.apiKey)).toEqual([429, "l=2;rpm=20", "r=0;t=6", "3"]);
  expect(await send(String(key["ApiKey"]))).toEqual([200, "l=2;rpm=20", "r=1;t=3", null]);
  expect(await send("")).toEqual([401, null, null, null]);

  now += 3000;
  await stage.put(authenticated, { ...policy, AuditMode: true, BurstLimit: 1 });
  expect(await send(server.apiKey)).toEqual([200, "l=1;rpm=20", "r=0;t=3", null]);
  expect(await send(server.apiKey)).toEqual([200, "l=1;rpm=20", "r=0;t=3", null]);
});

test("a request that is refused is not looked at, and none but those of the API count", async () => {
  const { url, server, ...stage } = await createApiStage({ now: () => new Date("2026-09-01T12:00:00Z") });
  server.setFaults({ rateLimit: { burst: 2, perMinute: 1 } });

  await fetch(url);
  await stage.environment("Test");
  await stage.get("/api/Spaces-1/environments");
  const refused = await stage.call("POST", "/api/Spaces-1/environments", { Name: "Production" });

  expect(refused.status).toBe(429);
  server.setFaults({});
  expect(await stage.get("/api/Spaces-1/environments")).toMatchObject({ TotalResults: 1 });
});
