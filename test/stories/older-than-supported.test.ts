import { expect, test } from "vitest";
import { examine, type Finding } from "../../lib/doctor/doctor.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { StepError } from "../../lib/step/errors.ts";
import { steps } from "../../steps/index.ts";
import { createStepContext } from "../step/create-step-context.ts";
import { findEmptyPackage } from "../steps/empty-package.ts";
import { startManagementSpace } from "../steps/managed-tenants.ts";

const sentence =
  /^http:\/\/\S+ is Octopus Server 2024\.3\.12345\. Managed Spaces supports 2024\.4 and newer: .* Upgrade the server\.$/;

const slugs = Object.keys(steps);

test.each(slugs)("%s warns once of a server that is older than what is supported", async (slug) => {
  expect(await warningsOf(slug, "2024.3.12345")).toEqual([expect.stringMatching(sentence)]);
});

test.each(["2024.4.0", "2026.4.3390", "0.0.0-local"])(
  "a server of the version %s gives no warning",
  async (version) => {
    expect(await warningsOf("look-up-space", version)).toEqual([]);
  },
);

test("doctor tells the same as what is bad about the server", async () => {
  expect(await examineServer("2024.3.12345")).toEqual({
    about: "Server",
    state: "bad",
    text: expect.stringMatching(sentence),
  });
  expect(await examineServer("2024.4.0")).toMatchObject({ state: "good" });
});

async function examineServer(version: string): Promise<Finding | undefined> {
  const octopus = createOctopusClient(await startManagementSpace({ version }));
  return (await examine({ octopus, space: "Default", oldestNode: "20.19", askWorkers: false, patience: 0 }))[0];
}

/** What a step warns of until it ends, be it in success or for what this small space lacks. */
async function warningsOf(slug: string, version: string): Promise<string[]> {
  const { url, apiKey, api, addTenant } = await startManagementSpace({ version });
  const [lifecycle] = await api.list("/lifecycles");
  const [group] = await api.list("/projectgroups");
  await api.post("/projects", { Name: "Hello World", LifecycleId: lifecycle?.Id, ProjectGroupId: group?.Id });
  const tenantId = await addTenant("America", { "ManagedTenant.Octopus.SpaceId": "Spaces-1" });
  const all: Record<string, string> = {
    serverUrl: url,
    apiKey,
    spaceId: "Spaces-1",
    space: "Spaces-1",
    project: "Hello World",
    runbook: "Restart",
    managementServerUrl: url,
    managementApiKey: apiKey,
    managementSpaceId: "Spaces-1",
    tenantId,
    tenant: "America",
    spaceName: "America",
    owner: "team",
    gitToken: "token",
    baseline: "environments:\n  - name: Development\n",
    ...(slug === "prepare-terraform-state" && { terraformBackend: "pg" }),
  };
  const step = steps[slug];
  if (step === undefined) throw new Error(`There is no step ${slug}.`);
  const known = Object.entries(all).filter(([name]) => Object.hasOwn(step.parameters, name));
  const brought = findEmptyPackage(slug);
  const run = createStepContext({
    step,
    parameters: Object.fromEntries(known),
    ...(brought !== undefined && { packages: { package: brought } }),
  });
  await run.run().catch((error: unknown) => {
    if (!(error instanceof StepError)) throw error;
  });
  return run.log.flatMap(({ level, message }) =>
    level === "warning" && message.includes("Octopus Server ") ? [message] : [],
  );
}
