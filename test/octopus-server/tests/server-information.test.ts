import AdmZip from "adm-zip";
import { expect, test } from "vitest";
import { fieldsOf, listOf, textOf } from "../model/fields.ts";
import { createApiStage } from "./api-stage.ts";
import { startLocalOctopus } from "./local-octopus.ts";

test("the server counts its documents", async () => {
  const stage = await createApiStage();
  await stage.project("Hello World");

  expect(await stage.get("/api/serverstatus/counts")).toMatchObject({
    Global: { Spaces: 1, Users: 1 },
    Project: { Projects: 1, Releases: 0 },
    Library: { Packages: 0 },
  });
});

test("the server tells what it runs on, and reports it as a zip file", async () => {
  const octopus = await startLocalOctopus();
  const report = await fetch(`${octopus.url}/api/serverstatus/system-report`, {
    headers: { "X-Octopus-ApiKey": octopus.server.apiKey },
  });

  const info = (await octopus.get("/api/serverstatus/system-info")).body;
  const zip = new AdmZip(Buffer.from(await report.arrayBuffer()));

  expect(info).toMatchObject({ Version: octopus.server.model.version, ThreadCount: 1 });
  expect(info["Uptime"]).toMatch(/^(\d+\.)?\d\d:\d\d:\d\d$/);
  expect(zip.getEntries().map((entry) => entry.entryName)).toEqual(["SystemInfo.json"]);
});

test("a section of the configuration links to its values and their description", async () => {
  const stage = await createApiStage();

  expect(fieldsOf(await stage.get("/api/configuration/authentication"), "Links")).toMatchObject({
    Values: "/api/configuration/authentication/values",
    Metadata: "/api/configuration/authentication/metadata",
  });
  expect((await stage.call("GET", "/api/configuration/gone")).status).toBe(404);
});

test("the three policies of the rate limiter are there from the start and keep their names", async () => {
  const stage = await createApiStage();
  const path = "/api/ratelimitingpolicies/RateLimitingPolicies-1";

  const page = await stage.get("/api/ratelimitingpolicies?take=1&skip=1");
  const policy = await stage.get(path);
  const changed = await stage.put(path, { ...policy, IsEnabled: true, RequestsPerMinute: 12, BurstLimit: 34 });

  expect(page).toMatchObject({ ItemType: "RateLimitingPolicy", TotalResults: 3, NumberOfPages: 3 });
  expect(listOf(page, "Items")).toMatchObject([{ Id: "RateLimitingPolicies-2", IsBuiltIn: true }]);
  expect(changed).toMatchObject({ IsEnabled: true, RequestsPerMinute: 12, BurstLimit: 34, IsBuiltIn: true });
  expect(await stage.refusal("PUT", path, { ...policy, Name: "Mine" })).toBe(
    "The name of a built-in rate limiting policy cannot be changed.",
  );
});

test("a Kubernetes monitor is registered for a target, and its token is told once", async () => {
  const stage = await createApiStage();
  await stage.environment("Test");
  const target = await stage.post("/api/Spaces-1/machines", {
    Name: "Cluster",
    EnvironmentIds: ["Environments-1"],
    Roles: ["web"],
    Endpoint: { CommunicationStyle: "KubernetesTentacle", Uri: "poll://x/", Thumbprint: "AB" },
  });
  const path = "/api/Spaces-1/observability/kubernetes-monitors";

  const registered = await stage.post(path, { InstallationId: "f0", MachineId: target["Id"] });
  const id = textOf(fieldsOf(registered, "Resource"), "Id");
  const shown = await stage.get(`${path}/${id}`);
  await stage.call("DELETE", `${path}/${id}`);

  expect(registered).toMatchObject({ AuthenticationToken: expect.any(String), CertificateThumbprint: "AB" });
  expect(shown).toEqual({ Resource: expect.objectContaining({ Id: id, InstallationId: "f0" }) });
  expect((await stage.call("GET", `${path}/${id}`)).status).toBe(404);
});

test("a service account has identities by which others sign in as it, and a person has none", async () => {
  const stage = await createApiStage();
  const robot = await stage.post("/api/users", { Username: "robot", DisplayName: "Robot", IsService: true });
  const path = `/api/serviceaccounts/${textOf(robot, "Id")}/oidcidentities`;
  const identity = { Name: "CI", Issuer: "https://ci.example.com", Subject: "repo:hello" };

  const made = await stage.post(`${path}/create/v1`, identity);
  await stage.put(`${path}/${textOf(made, "Id")}/v1`, { ...identity, Subject: "repo:world" });
  const all = await stage.get(`${path}/v1?skip=0&take=30`);

  expect(all).toMatchObject({ Count: 1, ServerUrl: stage.url, ExternalId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(listOf(all, "OidcIdentities")).toMatchObject([{ Name: "CI", Subject: "repo:world", Audience: null }]);
  expect(await stage.refusal("POST", `${path}/create/v1`, { ...identity, Name: "", Issuer: "" })).not.toBe("");
  expect(await stage.refusal("POST", "/api/serviceaccounts/Users-1/oidcidentities/create/v1", identity)).toContain(
    "service account",
  );
  expect((await stage.call("DELETE", `${path}/${textOf(made, "Id")}/v1`)).status).toBe(200);
  expect(await stage.get(`${path}/v1`)).toMatchObject({ Count: 0 });
});

test("a connection stays open while a client is busy with other things", async () => {
  const octopus = await startLocalOctopus();

  const answer = await fetch(`${octopus.url}/api`);

  expect(answer.headers.get("keep-alive")).toBe("timeout=130");
});
