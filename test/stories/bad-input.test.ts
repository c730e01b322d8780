import { createServer } from "node:http";
import { expect, test } from "vitest";
import { StepError } from "../../lib/step/errors.ts";
import { steps } from "../../steps/index.ts";
import { createApi } from "../api.ts";
import { createStepContext } from "../step/create-step-context.ts";
import { findEmptyPackage } from "../steps/empty-package.ts";
import { startManagementSpace, type ManagementSpace } from "../steps/managed-tenants.ts";

/** What each step needs to do its work on a server. */
interface Place {
  url: string;
  apiKey: string;
  tenantId: string;
  spaceId: string;
}

const parameters: Record<string, (place: Place) => Record<string, string>> = {
  "create-space": ({ url, apiKey, tenantId }) => ({
    serverUrl: url,
    apiKey,
    managementServerUrl: url,
    managementApiKey: apiKey,
    managementSpaceId: "Spaces-1",
    tenantId,
    spaceName: "America",
  }),
  "look-up-space": ({ url, apiKey, tenantId, spaceId }) => ({
    serverUrl: url,
    apiKey,
    managementServerUrl: url,
    managementApiKey: apiKey,
    managementSpaceId: spaceId,
    tenantId,
  }),
  "populate-space": ({ url, apiKey, spaceId }) => ({
    serverUrl: url,
    apiKey,
    spaceId,
    baseline: "environments:\n  - name: Development\n",
  }),
  "serialize-project": ({ url, apiKey, spaceId }) => ({
    serverUrl: url,
    apiKey,
    space: spaceId,
    project: "Hello World",
  }),
  "serialize-space": ({ url, apiKey, spaceId }) => ({ serverUrl: url, apiKey, space: spaceId }),
  "serialize-step-templates": ({ url, apiKey, spaceId }) => ({ serverUrl: url, apiKey, space: spaceId }),
  "serialize-variable-sets": ({ url, apiKey, spaceId }) => ({ serverUrl: url, apiKey, space: spaceId }),
  "serialize-runbook": ({ url, apiKey, spaceId }) => ({
    serverUrl: url,
    apiKey,
    space: spaceId,
    project: "Hello World",
    runbook: "Restart",
  }),
  "deploy-project": ({ url, apiKey, spaceId }) => ({ serverUrl: url, apiKey, spaceId }),
  "deploy-space": ({ url, apiKey, spaceId }) => ({ serverUrl: url, apiKey, spaceId }),
  "deploy-runbook": ({ url, apiKey, spaceId }) => ({ serverUrl: url, apiKey, spaceId }),
  "record-terraform-copy": ({ url, apiKey, spaceId }) => ({ serverUrl: url, apiKey, spaceId }),
};

const slugs = Object.keys(parameters);

async function startPlace(): Promise<{ octopus: ManagementSpace; place: Place }> {
  const octopus = await startManagementSpace();
  const { url, apiKey, api } = octopus;
  const [lifecycle] = await api.list("/lifecycles");
  const [group] = await api.list("/projectgroups");
  await api.post("/projects", { Name: "Hello World", LifecycleId: lifecycle?.Id, ProjectGroupId: group?.Id });
  const tenantId = await octopus.addTenant("America", {
    "ManagedTenant.Octopus.Url": url,
    "ManagedTenant.Octopus.SpaceId": "Spaces-1",
  });
  return { octopus, place: { url, apiKey, tenantId, spaceId: "Spaces-1" } };
}

/** The sentence with which the step fails; "" when it does not. */
async function fail(slug: string, place: Place): Promise<string> {
  const step = Object.entries(steps).find(([name]) => name === slug)?.[1];
  if (step === undefined) throw new Error(`There is no step ${slug}.`);
  const brought = findEmptyPackage(slug);
  const run = createStepContext({
    step,
    parameters: parameters[slug]?.(place) ?? {},
    ...(brought !== undefined && { packages: { package: brought } }),
  });
  try {
    await run.run();
    return "";
  } catch (error) {
    if (error instanceof StepError) return error.message;
    throw error;
  }
}

test.each(slugs)("%s says that the server cannot be reached", async (slug) => {
  const { place } = await startPlace();

  expect(await fail(slug, { ...place, url: "http://127.0.0.1:9" })).toMatch(
    /^Failed to .*Octopus at http:\/\/127\.0\.0\.1:9 cannot be reached: /,
  );
});

test.each(slugs)("%s says that the key is wrong, and does not show it", async (slug) => {
  const { place } = await startPlace();

  const failure = await fail(slug, { ...place, apiKey: "API-WRONG0SENTINEL" });

  expect(failure).toMatch(/^Failed to .*, 401\): .*Check that key, .*: it may be wrong, expired or revoked\.$/);
  expect(failure).not.toContain("SENTINEL");
});

test.each(slugs)("%s says that the key expired while it worked", async (slug) => {
  const { octopus, place } = await startPlace();
  octopus.server.setFaults({ expireKey: { after: 1 } });

  expect(await fail(slug, place)).toMatch(
    /^Failed to .*, 401\): .*Check that key, .*: it may be wrong, expired or revoked\.$/,
  );
});

const inSpace = slugs.filter((slug) => slug !== "create-space");

test.each(inSpace)("%s says that there is no such space, or that it is hidden", async (slug) => {
  const { place } = await startPlace();

  expect(await fail(slug, { ...place, spaceId: "Spaces-404" })).toMatch(
    /^Failed to .*: there is no space "Spaces-404" at .*, or it is hidden from the user of "(Octopus|Management) API Key", "admin"\. Check /,
  );
});

test.each(inSpace)("%s says that a placeholder stands where a space id belongs", async (slug) => {
  const { place } = await startPlace();

  expect(await fail(slug, { ...place, spaceId: "Unknown" })).toMatch(
    /^Failed to .*: the space id is still the placeholder "Unknown"\. Run "__ Create Client Space"/,
  );
});

test.each(slugs)("%s says that something else than Octopus answers", async (slug) => {
  const { place } = await startPlace();
  const server = createServer((_request, response) => void response.end("<html>Sign in</html>"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;

  const failure = await fail(slug, { ...place, url });
  server.close();

  expect(failure).toMatch(
    /^Failed to .*What answers at .* is no Octopus Server: to .* it gave a web page \(200\)\. Check the server URL/,
  );
});

test.each(slugs)("%s names the permissions that its user lacks", async (slug) => {
  const { octopus, place } = await startPlace();
  const apiKey = await createKeyWithout(octopus);

  expect(await fail(slug, { ...place, apiKey })).toMatch(
    /^Failed to .*(Missing permission: (\w+)\.? Give the user of "(?:Octopus|Management) API Key" the permission \2\.|has the permission SpaceView there\.|may not see resources of these kinds .*: .*\(\w+View\)\. Let the user view them, .*)$/,
  );
});

/** A user who is in a team of the space and may see tasks there, and nothing else. */
async function createKeyWithout(octopus: ManagementSpace): Promise<string> {
  const system = createApi(octopus, "/api");
  const user = await system.post("/users", { Username: "guest", DisplayName: "Guest", Password: "Passw0rd!Passw0rd" });
  const role = await system.post("/userroles", {
    Name: "Task viewer",
    GrantedSpacePermissions: ["TaskView"],
    GrantedSystemPermissions: [],
  });
  const team = await system.post("/teams", { Name: "Guests", SpaceId: "Spaces-1", MemberUserIds: [user.Id] });
  await system.post("/scopeduserroles", { TeamId: team.Id, UserRoleId: role.Id, SpaceId: "Spaces-1" });
  return String((await system.post(`/users/${user.Id}/apikeys`, { Purpose: "tests" }))["ApiKey"]);
}
