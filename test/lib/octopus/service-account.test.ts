import { expect, test } from "vitest";
import { createOctopusClient, type OctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { createApi } from "../../api.ts";
import { createServiceAccount } from "../../steps/service-account.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";

interface Robot extends TestServer {
  userId: string;
  /** What the run's token claims, which the service account trusts. */
  claims: Record<string, unknown>;
  serviceAccountId: string;
  masks: string[];
  signIn(claims?: Record<string, unknown>): OctopusClient;
  countExchanges(): number;
}

/** A service account that trusts one subject, on a server that signs the run's tokens itself. */
async function startRobot(): Promise<Robot> {
  const octopus = await startOctopus();
  const identity = { issuer: octopus.url, subject: "space:default" };
  const { userId, serviceAccountId } = await createServiceAccount(octopus, identity);
  const day = 86_400;
  const claims = { iss: octopus.url, sub: "space:default", aud: serviceAccountId, exp: Date.now() / 1000 + day };
  const masks: string[] = [];
  return {
    ...octopus,
    api: createApi(octopus, "/api"),
    userId,
    claims,
    serviceAccountId,
    masks,
    signIn: (more = {}) =>
      createOctopusClient({
        url: octopus.url,
        serviceAccountId,
        oidcToken: octopus.server.model.signer.sign({ ...claims, ...more }),
        mask: (secret) => void masks.push(secret),
      }),
    countExchanges: () => octopus.server.requests.filter(({ path: asked }) => asked === "/api/token/v1").length,
  };
}

test("a client signs in as a service account once, whatever it then asks for at the same time", async () => {
  const robot = await startRobot();
  const client = robot.signIn();

  const users = await Promise.all(Array.from({ length: 10 }, () => client.get("/users/me")));

  expect(new Set(users.map((user) => user["Username"]))).toEqual(new Set(["robot"]));
  expect(robot.countExchanges()).toBe(1);
  expect(robot.masks).toEqual([await client.readAccessToken()]);
});

test("a client takes another token when the server says that it has expired, and sends what was refused again", async () => {
  const robot = await startRobot();
  const client = robot.signIn();
  await client.get("/users/me");
  await createApi(robot, "/__local").act("/clock", { advanceSeconds: 7200 });

  const made = await Promise.all(
    ["one", "two", "three"].map((Username) => client.post("/users", { Username, DisplayName: Username })),
  );

  expect(made.map((user) => user["Username"])).toEqual(["one", "two", "three"]);
  expect(robot.countExchanges()).toBe(2);
  expect(robot.masks).toHaveLength(2);
});

test("a token that the service account does not trust: the sentence says what it would have to trust", async () => {
  const robot = await startRobot();
  const client = robot.signIn({ sub: "space:default:project:web" });

  await expect(client.get("/users/me")).rejects.toThrow(
    `The account needs an OIDC identity with the issuer "${robot.url}", the subject "space:default:project:web" and the audience "${robot.serviceAccountId}", which are those of the run's token.`,
  );
});

test("a token that is none is said to be none, and not repeated", async () => {
  const { url, serviceAccountId } = await startRobot();
  const client = createOctopusClient({ url, serviceAccountId, oidcToken: "a secret", mask: () => {} });

  const failure = await client.get("/users/me").catch(String);

  expect(failure).toContain("use the variable that an OIDC account brings");
  expect(failure).not.toContain("a secret");
});

test("an account that was switched off meanwhile ends the work with a sentence about it", async () => {
  const robot = await startRobot();
  const client = robot.signIn();
  await client.get("/users/me");
  const tokens = robot.server.model.collection("accesstokens");
  robot.server.beforeRequest(({ path }) => {
    if (path === "/api/users/me") for (const { Id } of tokens.list()) tokens.remove(Id);
  });

  await expect(client.get("/users/me")).rejects.toThrow(/takes no access token of the service account .* is active/);
});

test("a service account that lacks a permission is not taken for the user of a key", async () => {
  const robot = await startRobot();
  const client = robot.signIn();
  const administrators = await robot.api.get("/teams/teams-administrators");
  await robot.api.put("/teams/teams-administrators", { ...administrators, MemberUserIds: ["Users-1"] });

  await expect(client.post("/users", { Username: "one", DisplayName: "One" })).rejects.toThrow(
    /Give the service account "[-0-9a-f]{36}" the permission UserEdit\./,
  );
});
