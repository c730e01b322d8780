import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startLocalOctopus } from "./local-octopus.ts";

test("a cloud region is a target of the default policy, whose health nobody knows", async () => {
  const octopus = await startLocalOctopus();
  const environment = await octopus.made("environments", { Name: "Test" });
  const target = await octopus.made("machines", {
    Name: "Region",
    EnvironmentIds: [environment.Id],
    Roles: ["web"],
    Endpoint: { CommunicationStyle: "None" },
  });
  expect(target).toMatchObject({
    MachinePolicyId: "MachinePolicies-1",
    HealthStatus: "Unknown",
    TenantIds: [],
    TenantTags: [],
    TenantedDeploymentParticipation: "Untenanted",
    Endpoint: { CommunicationStyle: "None" },
  });
  expect((await octopus.get("machineroles/all")).body["List"]).toEqual(["web"]);
  expect((await octopus.get(`machines?roles=db,web&environmentIds=${environment.Id}`)).body.Items).toHaveLength(1);
  expect((await octopus.remove(`environments/${environment.Id}`)).status).toBe(400);
});

test.each([
  ["without environment", { Roles: ["web"], Endpoint: { CommunicationStyle: "None" } }],
  ["without role", { EnvironmentIds: ["Environments-1"], Endpoint: { CommunicationStyle: "None" } }],
  ["without endpoint", { EnvironmentIds: ["Environments-1"], Roles: ["web"] }],
  [
    "in an environment that is not there",
    { EnvironmentIds: ["Environments-9"], Roles: ["web"], Endpoint: { CommunicationStyle: "None" } },
  ],
])("a target %s is refused", async (_case, body) => {
  const octopus = await startLocalOctopus();
  await octopus.made("environments", { Name: "Test" });
  expect((await octopus.post("machines", { Name: "Region", ...body })).status).toBe(400);
});

test("durations of a machine policy are answered in one form, however they were written", async () => {
  const octopus = await startLocalOctopus();
  const { MachineHealthCheckPolicy: health } = (await octopus.get("machinepolicies/template")).body;
  const policy = await octopus.made("machinepolicies", {
    Name: "Strict",
    ConnectionRetrySleepInterval: "00:00:00.10000",
    ConnectionRetryTimeLimit: "00.00:05:00",
    MachineHealthCheckPolicy: { ...Object(health), HealthCheckInterval: "02.00:00:00" },
  });
  expect(policy).toMatchObject({
    ConnectionRetrySleepInterval: "00:00:00.1000000",
    ConnectionRetryTimeLimit: "00:05:00",
    MachineHealthCheckPolicy: { HealthCheckInterval: "2.00:00:00" },
  });
});

test("a worker is in a pool, and the pool lists it", async () => {
  const octopus = await startLocalOctopus();
  const endpoint = { CommunicationStyle: "TentaclePassive", Uri: "https://worker:10933/", Thumbprint: "AB12" };
  expect((await octopus.post("workers", { Name: "W", WorkerPoolIds: [], Endpoint: endpoint })).status).toBe(400);
  expect(
    (
      await octopus.post("workers", {
        Name: "W",
        WorkerPoolIds: ["WorkerPools-1"],
        Endpoint: { CommunicationStyle: "None" },
      })
    ).status,
  ).toBe(400);
  const worker = await octopus.made("workers", { Name: "W", WorkerPoolIds: ["WorkerPools-1"], Endpoint: endpoint });
  expect(worker).toMatchObject({ Uri: "https://worker:10933/", Thumbprint: "AB12" });
  expect((await octopus.get("workerpools/WorkerPools-1/workers")).body.Items.map((item) => item.Id)).toEqual([
    worker.Id,
  ]);
});

test("a deleted environment leaves the scopes that it was in", async () => {
  const octopus = await startLocalOctopus();
  const gone = await octopus.made("environments", { Name: "Gone" });
  const stays = await octopus.made("environments", { Name: "Stays" });
  await octopus.made("libraryvariablesets", { Name: "Shared" });
  const path = "variables/variableset-LibraryVariableSets-1";
  await octopus.put(path, {
    Version: 0,
    Variables: [
      { Name: "A", Value: "1", Scope: { Environment: [gone.Id, stays.Id] } },
      { Name: "B", Value: "2", Scope: { Environment: [gone.Id] } },
    ],
  });
  const project = await octopus.made("projects", {
    Name: "P",
    ProjectGroupId: "ProjectGroups-1",
    LifecycleId: "Lifecycles-1",
    TenantedDeploymentMode: "Tenanted",
  });
  const tenant = await octopus.made("tenants", {
    Name: "T",
    ProjectEnvironments: { [project.Id]: [gone.Id, stays.Id] },
  });
  expect((await octopus.remove(`environments/${gone.Id}`)).status).toBe(200);
  const set = await octopus.get(path);
  expect(set.body["Variables"]).toMatchObject([{ Name: "A", Scope: { Environment: [stays.Id] } }]);
  expect((await octopus.put(path, set.body)).status).toBe(200);
  expect((await octopus.get(`tenants/${tenant.Id}`)).body["ProjectEnvironments"]).toEqual({ [project.Id]: [stays.Id] });
});

test.each(["Token", "UsernamePassword", "AmazonWebServicesOidcAccount"])(
  "an account of the type %s is listed by its type",
  async (type) => {
    const octopus = await startLocalOctopus();
    const account = await octopus.made("accounts", {
      Name: "A",
      AccountType: type,
      Token: { HasValue: true, NewValue: "secret" },
    });
    expect(account).toMatchObject({
      AccountType: type,
      TenantedDeploymentParticipation: "Untenanted",
      EnvironmentIds: [],
    });
    expect((await octopus.get(`accounts?accountType=${type}`)).body.Items).toHaveLength(1);
    expect((await octopus.get("accounts?accountType=SshKeyPair")).body.Items).toHaveLength(0);
  },
);

test("accounts and feeds of a type that nobody knows are refused", async () => {
  const octopus = await startLocalOctopus();
  expect((await octopus.post("accounts", { Name: "A", AccountType: "Carrier Pigeon" })).status).toBe(400);
  expect((await octopus.post("feeds", { Name: "A", FeedType: "Carrier Pigeon" })).status).toBe(400);
  expect((await octopus.post("feeds", { Name: "A", FeedType: "BuiltIn" })).status).toBe(400);
  expect((await octopus.remove("feeds/feeds-builtin")).status).toBe(400);
});

test("a certificate tells what is in it, and can be archived", async () => {
  const directory = mkdtempSync(join(tmpdir(), "certificate-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "2",
      "-subj",
      "/O=Octopus/CN=example.com",
      "-keyout",
      join(directory, "key.pem"),
      "-out",
      join(directory, "certificate.pem"),
    ],
    { stdio: "ignore" },
  );
  const octopus = await startLocalOctopus();
  const data = readFileSync(join(directory, "certificate.pem")).toString("base64");
  const certificate = await octopus.made("certificates", {
    Name: "Site",
    CertificateData: { HasValue: true, NewValue: data },
  });
  expect(certificate).toMatchObject({
    CertificateDataFormat: "Pem",
    SubjectCommonName: "example.com",
    SubjectOrganization: "Octopus",
    SelfSigned: true,
    HasPrivateKey: false,
    Archived: null,
    CertificateData: { HasValue: true, NewValue: null },
  });
  await octopus.post(`certificates/${certificate.Id}/archive`);
  expect((await octopus.get("certificates")).body.Items).toHaveLength(0);
  expect((await octopus.get("certificates?archived=true")).body.Items).toHaveLength(1);
});

test("subscriptions and deployment freezes are kept", async () => {
  const octopus = await startLocalOctopus();
  expect(
    await octopus.made("subscriptions", { Name: "S", EventNotificationSubscription: { WebhookURI: "https://x" } }),
  ).toMatchObject({
    EventNotificationSubscription: { WebhookURI: "https://x", EmailPriority: "Normal", Filter: { Projects: [] } },
  });
  await octopus.made("/api/deploymentfreezes", {
    Name: "F",
    Start: "2026-12-24T00:00:00Z",
    End: "2026-12-27T00:00:00Z",
  });
  expect((await octopus.get("/api/deploymentfreezes?skip=0&take=30")).body).toMatchObject({
    Count: 1,
    DeploymentFreezes: [{ Name: "F" }],
  });
  expect(
    (
      await octopus.post("/api/deploymentfreezes", {
        Name: "G",
        Start: "2026-12-24T00:00:00Z",
        End: "2026-12-23T00:00:00Z",
      })
    ).status,
  ).toBe(400);
});
