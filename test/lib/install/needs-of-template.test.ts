import { expect, test } from "vitest";
import * as z from "zod";
import { defaultBaseline } from "../../../lib/install/default-baseline.ts";
import type { InstallOptions, InstallOutcome } from "../../../lib/install/install.ts";
import { step as populateSpace } from "../../../steps/populate-space/step.ts";
import { createApi, type Document } from "../../api.ts";
import { createStepContext } from "../../step/create-step-context.ts";
import { secrets, startDeployments, type DeploymentStage } from "../../steps/deployment-stage.ts";
import { getNamed, runInstall } from "./run-install.ts";

// The first deployment of a template finds in a new space what the template needs there, or somebody was told what to add.

const Process = z.object({
  Steps: z.array(z.looseObject({ Actions: z.array(z.looseObject({ Properties: z.record(z.string(), z.unknown()) })) })),
});

function run(
  { url, apiKey, upstream, server }: DeploymentStage,
  options: Partial<InstallOptions>,
): Promise<InstallOutcome> {
  return runInstall({ url, apiKey, server, api: upstream }, { projects: ["Hello World"], ...options });
}

async function readBaseline({ upstream }: DeploymentStage): Promise<string> {
  const { Id } = await getNamed(upstream, "/runbooks", "__ Create Client Space");
  const { Steps } = Process.parse(await upstream.get(`/runbookProcesses/RunbookProcess-${Id}`));
  return String(Steps[1]?.Actions[0]?.Properties["PopulateSpace.Baseline"]);
}

async function makeSpace({ url, apiKey }: DeploymentStage, Name: string): Promise<Document> {
  const server = createApi({ url, apiKey }, "/api");
  const me = await server.get("/users/me");
  return server.post("/spaces", { Name, SpaceManagersTeamMembers: [me.Id] });
}

async function populate({ url, apiKey }: DeploymentStage, spaceId: string, baseline: string): Promise<void> {
  const parameters = { serverUrl: url, apiKey, spaceId, baseline, receiptKey: "a key for receipts" };
  await createStepContext({ step: populateSpace, parameters, variables: secrets }).run();
}

test("a template that is installed into a new management space can be deployed into a space that the baseline fills", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");

  const { remaining } = await run(stage, { baseline: { text: defaultBaseline } });

  const baseline = await readBaseline(stage);
  const space = await makeSpace(stage, "Europe");
  await populate(stage, space.Id, baseline);
  const { outputs } = await stage.deploy(brought, { parameters: { spaceId: space.Id } });
  expect(outputs).toMatchObject({ Created: "True" });
  expect(baseline).toContain("# What every managed space has.");
  expect(baseline).not.toContain("Sync");
  expect(remaining.join("\n")).toMatch(
    /"Hello World" needs in a managed space .*: the baseline of "__ Create Client Space" brings that now\./,
  );
  expect((await run(stage, {})).changes).toEqual([]);
});

test("a baseline that people wrote stays, and what is missing in it is told as lines to add", async () => {
  const stage = await startDeployments();
  const text = "# Ours.\nenvironments:\n  - name: Test # for everybody\n";
  await run(stage, { projects: [], baseline: { text, file: "baseline.yaml" } });

  const told = await run(stage, {});
  const kept = await readBaseline(stage);
  const planned = await run(stage, { extendBaseline: true, onlyPlan: true });
  const extended = await run(stage, { extendBaseline: true });

  expect(kept).toBe(text);
  expect(told.remaining[0]).toMatch(
    /^"Hello World" needs in a managed space .*the environment "Production".*, which the baseline of "__ Create Client Space" does not bring\. Install with --extend-baseline, or add the lines below\.$/,
  );
  expect(told.remaining[1]).toContain("environments:\n  - name: Development\n  - name: Production\n");
  expect(extended.changes).toEqual(planned.changes);
  expect(await readBaseline(stage)).toContain("# Ours.\nenvironments:\n  - name: Test # for everybody\n");
  expect((await run(stage, { extendBaseline: true })).changes).toEqual([]);
});

test("a baseline that Octopus computes is left alone", async () => {
  const stage = await startDeployments();
  await run(stage, { projects: [], baseline: { text: "#{Baseline.Of.Ours}", file: "baseline.yaml" } });

  const { remaining } = await run(stage, {});

  expect(await readBaseline(stage)).toBe("#{Baseline.Of.Ours}");
  expect(remaining.join("\n")).not.toContain("needs in a managed space");
});
