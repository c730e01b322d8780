import { join } from "node:path";
import { onTestFinished, expect, test } from "vitest";
import { projectRoot, readProjectVersion } from "../../build/project.ts";
import { runInstall } from "../../examples/demo/run-install.ts";
import { signIn } from "../../examples/demo/octopus-user.ts";
import { connectTenants } from "../../examples/demo/tenants.ts";
import { createOctopusServer } from "../octopus-server/octopus-server.ts";
import { runCommand, type Outcome } from "../run-command.ts";

const project = "__ Space Golden Fleet";

test("one command brings a golden space to many, goes on with its next version, and the fleet is looked at by schedule", async () => {
  const environment = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", LANG: "C.UTF-8" };
  const server = createOctopusServer({ worker: { environment } });
  onTestFinished(() => server.close());
  const [url, apiKey] = [await server.listen(), server.apiKey];
  const own = { OCTOPUS_URL: url, OCTOPUS_API_KEY: apiKey, OCTOPUS_SPACE: "Default" };
  const barry = await signIn({ url, apiKey, spaceName: "Default" });
  // Octopus's client keeps the id of a space by its name, whatever the server (api-client 3.11): other stories have spaces of other names.
  const names = ["Fleet Africa", "Fleet Asia"];
  const ids = new Map<string, string>();
  for (const name of ["Golden Fleet", ...names]) ids.set(name, (await barry.createSpace(name)).Id);
  const [golden, ...managed] = await Promise.all(
    ["Golden Fleet", ...names].map((spaceName) => signIn({ url, apiKey, spaceName })),
  );
  await golden?.create("/environments", { Name: "Production", Description: "Where it counts." });
  await runInstall(["--golden-space", "Golden Fleet", "--fleet"], own);
  const tenants = names.map((name) => ({
    name,
    url,
    apiKey,
    values: { "ManagedTenant.Octopus.SpaceId": ids.get(name) ?? "" },
  }));
  await connectTenants(barry, tenants, [project]);
  const manage = (...argv: string[]): Promise<Outcome> =>
    runCommand([...argv, "--tenants", "Fleet .*"], own, {
      dist: join(projectRoot, "dist"),
      version: readProjectVersion(),
    });

  await barry.runRunbook(project, "__ 1. Serialize Space");
  const first = await manage("deploy");
  const again = await manage("deploy");
  await golden?.create("/environments", { Name: "Test" });
  await barry.runRunbook(project, "__ 1. Serialize Space");
  const next = await manage("deploy");
  const found = await manage("find");

  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining("2 of 2 succeeded.") });
  expect(again.stdout).toContain("Nothing was started: all succeeded before with the same snapshot.");
  expect(next).toMatchObject({ code: 0, stdout: expect.stringContaining("2 of 2 succeeded.") });
  for (const lisa of managed) expect(await lisa.find("/environments", "Test")).toBeDefined();
  expect(found).toMatchObject({ code: 0, stdout: expect.stringMatching(/__ 3\. Find Updates for 2 tenants/) });

  const moved = await fetch(`${url}/__local/clock`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ advanceSeconds: 3600 }),
  });
  expect(await moved.json()).toMatchObject({ Fired: [{ Succeeded: true }] });
  await server.worker?.idle();
  const [report] = await barry.list("/tasks");
  expect(report).toMatchObject({ Description: expect.stringContaining("__ Report Fleet"), State: "Success" });
  expect((await barry.list(`/artifacts`)).some(({ Filename }) => String(Filename).endsWith(".html"))).toBe(true);
});
