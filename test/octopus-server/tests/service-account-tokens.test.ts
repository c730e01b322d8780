import { expect, test } from "vitest";
import { textOf, type Fields } from "../model/fields.ts";
import { createTokenSigner, readClaims, type TokenSigner } from "../model/signed-tokens.ts";
import { createApiStage, scriptAction, type ApiStage } from "./api-stage.ts";

interface Robot extends ApiStage {
  /** The id that an exchange names. */
  id: string;
  issuer: string;
  /** Claims that the service account's identity trusts. */
  claims: Fields;
  exchange(more: Fields): Promise<{ status: number; body: Fields }>;
}

const subject = "space:default:project:web:tenant:*:environment:sync";

/** A server with a service account that trusts runs of another server, whose address it fetches keys from. */
async function startRobot(identity: Fields = {}): Promise<Robot & { other: TokenSigner }> {
  const other = await createApiStage();
  const stage = await createApiStage();
  const robot = await stage.post("/api/users", { Username: "robot", DisplayName: "Robot", IsService: true });
  const path = `/api/serviceaccounts/${textOf(robot, "Id")}/oidcidentities`;
  await stage.post(`${path}/create/v1`, { Name: "Runs", Issuer: other.url, Subject: subject, ...identity });
  const id = textOf(await stage.get(`${path}/v1`), "ExternalId");
  const sub = "space:default:project:web:tenant:europe:environment:sync";
  return {
    ...stage,
    id,
    issuer: other.url,
    other: other.server.model.signer,
    claims: { iss: other.url, sub, aud: id, exp: Date.now() / 1000 + 600 },
    exchange: async (more) =>
      stage.call("POST", "/api/token/v1", {
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        audience: id,
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        ...more,
      }),
  };
}

function whoAmI({ url }: ApiStage, token: unknown): Promise<Response> {
  return fetch(`${url}/api/users/me`, { headers: { authorization: `Bearer ${String(token)}` } });
}

test("a run of another server signs in as a service account that trusts it, for an hour", async () => {
  const robot = await startRobot();

  const { status, body } = await robot.exchange({ subject_token: robot.other.sign(robot.claims) });

  expect({ status, body }).toMatchObject({ status: 200, body: { token_type: "Bearer", expires_in: 3600 } });
  expect(await (await whoAmI(robot, body["access_token"])).json()).toMatchObject({ Username: "robot" });
  await robot.call("POST", "/__local/clock", { advanceSeconds: 3600 });
  expect((await whoAmI(robot, body["access_token"])).status).toBe(401);
});

test.each([
  ["another subject", { sub: "space:default:project:web:tenant:europe:environment:production" }, "identity"],
  ["another case", { sub: "space:default:project:Web:tenant:europe:environment:sync" }, "identity"],
  ["another audience", { aud: "api://default" }, "identity"],
  ["an issuer that nobody trusts", { iss: "http://127.0.0.1:9" }, "identity"],
  ["a time that has passed", { exp: 1_700_000_000 }, "expired"],
])("a token with %s is refused", async (_what, claims, reason) => {
  const robot = await startRobot();

  const { status, body } = await robot.exchange({ subject_token: robot.other.sign({ ...robot.claims, ...claims }) });

  expect({ status, error: body["error"] }).toEqual({ status: 400, error: "invalid_request" });
  expect(body["error_description"]).toContain(reason);
});

test.each([
  ["signed by somebody else", "signature"],
  ["no token", "valid"],
])("what is %s is refused", async (what, reason) => {
  const robot = await startRobot();
  const subjectToken = what === "no token" ? "nonsense" : createTokenSigner("other").sign(robot.claims);

  const { status, body } = await robot.exchange({ subject_token: subjectToken });

  expect(status).toBe(400);
  expect(body["error_description"]).toContain(reason);
});

test("an audience of its own lets one account of the issuer sign in to many servers", async () => {
  const robot = await startRobot({ Audience: "api://octopus" });

  const own = await robot.exchange({ subject_token: robot.other.sign({ ...robot.claims, aud: "api://octopus" }) });
  const other = await robot.exchange({ subject_token: robot.other.sign(robot.claims) });

  expect([own.status, other.status]).toEqual([200, 400]);
});

test("a user who is no service account cannot be signed in as, and what is not asked for rightly is refused", async () => {
  const robot = await startRobot();
  const subjectToken = robot.other.sign(robot.claims);

  for (const more of [{ audience: "Users-1" }, { grant_type: "password" }, { subject_token_type: "" }])
    expect(await robot.exchange({ subject_token: subjectToken, ...more })).toMatchObject({ status: 400 });
});

test("the variable of an OIDC account brings a run the token that says what it is", async () => {
  const stage = await createApiStage({ worker: true });
  await stage.environment("Sync");
  const project = await stage.project("Web");
  const account = await stage.post("/api/Spaces-1/accounts", {
    Name: "Managed Spaces",
    AccountType: "GenericOidcAccount",
    Audience: "api://octopus",
    DeploymentSubjectKeys: ["type", "runbook", "space", "environment"],
  });
  const variables = await stage.get(`/api/Spaces-1/variables/${textOf(project, "VariableSetId")}`);
  await stage.put(`/api/Spaces-1/variables/${textOf(project, "VariableSetId")}`, {
    ...variables,
    Variables: [{ Name: "Account", Value: account["Id"], Type: "GenericOidcAccount" }],
  });
  const runbook = await stage.runbook(project, "Tell");
  const hex = "get_octopusvariable Account.OpenIdConnect.Jwt | od -An -v -tx1 | tr -d ' \\n'";
  const tell = scriptAction("Tell", {
    Properties: {
      "Octopus.Action.RunOnServer": "true",
      "Octopus.Action.Script.Syntax": "Bash",
      "Octopus.Action.Script.ScriptSource": "Inline",
      "Octopus.Action.Script.ScriptBody": `get_octopusvariable Account.OpenIdConnect.Jwt\necho "hex $(${hex}) end"\necho "audience $(get_octopusvariable Account.Audience)"`,
    },
  });
  await stage.setSteps(`/api/Spaces-1/runbookProcesses/${textOf(runbook, "RunbookProcessId")}`, [tell]);
  const snapshot = await stage.post("/api/Spaces-1/runbookSnapshots?publish=true", {
    ProjectId: project["Id"],
    RunbookId: runbook["Id"],
    Name: "1",
  });
  const run = await stage.post("/api/Spaces-1/runbookRuns", {
    RunbookId: runbook["Id"],
    RunbookSnapshotId: snapshot["Id"],
    EnvironmentId: "Environments-1",
  });
  const taskId = textOf(run, "TaskId");

  await expect.poll(async () => (await stage.get(`/api/tasks/${taskId}`))["IsCompleted"]).toBe(true);
  const { text } = await stage.call("GET", `/api/tasks/${taskId}/raw`);
  const token = Buffer.from(/hex (\w+) end/.exec(text)?.[1] ?? "", "hex").toString("utf8");

  expect(readClaims(token)).toMatchObject({
    iss: stage.url,
    aud: "api://octopus",
    sub: "space:default:runbook:tell:environment:sync:type:runbook",
  });
  expect(text).toContain("audience api://octopus");
  expect(text).not.toContain(token);
});
