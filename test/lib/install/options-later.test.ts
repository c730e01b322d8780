import { expect, test } from "vitest";
import * as z from "zod";
import type { InstallOptions, InstallOutcome } from "../../../lib/install/install.ts";
import { createApi } from "../../api.ts";
import { defaultBaseline } from "../../../lib/install/default-baseline.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";
import { createBuiltSteps } from "./built-steps.ts";
import { getNamed, runInstall, startWithProjects } from "./run-install.ts";

// Every option means on an installed space what it means on a new one, or is refused.

async function startInstalled(options: Partial<InstallOptions> = {}): Promise<TestServer> {
  const octopus = await startWithProjects("Hello World");
  await run(octopus, { baseline: { text: defaultBaseline }, ...options });
  return octopus;
}

function run(octopus: TestServer, options: Partial<InstallOptions> = {}): Promise<InstallOutcome> {
  return runInstall(octopus, { projects: ["Hello World"], ...options });
}

function writesOf({ server }: TestServer): string[] {
  return server.requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
}

const Process = z.object({
  Steps: z.array(z.looseObject({ Actions: z.array(z.looseObject({ Properties: z.record(z.string(), z.unknown()) })) })),
});

async function readForm({ api }: TestServer, runbook: string, step: number): Promise<Record<string, unknown>> {
  const process = await api.get(`/runbookProcesses/RunbookProcess-${(await getNamed(api, "/runbooks", runbook)).Id}`);
  return Process.parse(process).Steps[step]?.Actions[0]?.Properties ?? {};
}

async function readVariable({ api }: TestServer, set: string, name: string): Promise<unknown> {
  const { Id } = await getNamed(api, "/libraryvariablesets", set);
  const { Variables } = z
    .object({ Variables: z.array(z.looseObject({ Name: z.string() })) })
    .parse(await api.get(`/variables/variableset-${Id}`));
  return Variables.find((variable) => variable.Name === name)?.["Value"];
}

const baselineOf = async (octopus: TestServer): Promise<unknown> =>
  (await readForm(octopus, "__ Create Client Space", 1))["PopulateSpace.Baseline"];

test("a baseline of a file takes the place of the one in the step's form, and nothing else in the form", async () => {
  const octopus = await startInstalled();
  const baseline = { text: "environments:\n  - name: Test\n", file: "baseline.yaml" };
  const before = await readForm(octopus, "__ Create Client Space", 1);

  const planned = await run(octopus, { baseline, onlyPlan: true });
  const done = await run(octopus, { baseline });
  const again = await run(octopus, { baseline });

  expect(done.changes).toEqual(planned.changes);
  expect(done.changes.map(({ what }) => what)).toEqual([
    'the process of the runbook "__ Create Client Space" of "__ Client Space"',
  ]);
  expect(done.remaining.join("\n")).toContain(
    '"baseline.yaml" takes the place of the baseline that the step "Populate Space" of "__ Create Client Space" had',
  );
  expect(await readForm(octopus, "__ Create Client Space", 1)).toEqual({
    ...before,
    "PopulateSpace.Baseline": baseline.text,
  });
  expect(again.changes).toEqual([]);
  expect(again.remaining.join("\n")).not.toContain("baseline.yaml");
});

test("a baseline that nobody names leaves the one that is there", async () => {
  const octopus = await startInstalled({ baseline: { text: "environments: []", file: "first.yaml" } });

  await run(octopus, { baseline: { text: defaultBaseline } });

  expect(await baselineOf(octopus)).toBe("environments: []");
});

test("a baseline without a step to have it is refused before anything is written", async () => {
  const octopus = await startInstalled();
  const { Id } = await getNamed(octopus.api, "/runbooks", "__ Create Client Space");
  const process = await octopus.api.get(`/runbookProcesses/RunbookProcess-${Id}`);
  await octopus.api.put(`/runbookProcesses/${process.Id}`, {
    ...process,
    Steps: Process.parse(process).Steps.slice(0, 1),
  });
  octopus.server.requests.length = 0;

  const refused = run(octopus, {
    baseline: { text: "environments: []", file: "baseline.yaml" },
    readBuilt: () => createBuiltSteps("2.0.0"),
  });

  await expect(refused).rejects.toThrow(
    'What you gave for the step "Populate Space" has no place: that step was taken out of the runbook "__ Create Client Space" of "__ Client Space".',
  );
  expect(writesOf(octopus)).toEqual([]);
});

test("the address that the steps use is what was said last, and stays while nobody says one", async () => {
  const octopus = await startInstalled();
  const address = (): Promise<unknown> => readVariable(octopus, "This Instance", "ThisInstance.Server.Url");
  expect(await address()).toBe(octopus.url);

  await run(octopus, { instanceUrl: "https://octopus.internal.example.com" });
  const again = await run(octopus);

  expect(await address()).toBe("https://octopus.internal.example.com");
  expect(again.changes).toEqual([]);
});

test.each([
  [{ instanceUrl: "octopus" }, '--instance-url "octopus" is no address.'],
  [
    { gitHost: { host: undefined, url: "https://me:s3cret@git.example.com", owner: undefined, token: undefined } },
    "The address of --git-host-url holds credentials.",
  ],
  [{ containerFeed: "Docker Hub" }, "--container-feed says where an image comes from: name it by --container-image."],
  [
    { stepsKey: "API-STEPS", serviceAccountId: "4f6c1f0e-0000-4000-8000-000000000000" },
    "by a key or by --service-account",
  ],
])(
  "options that mean nothing are refused before anything is asked, with a plan, too: %#",
  async (options, sentence) => {
    const octopus = await startInstalled();
    octopus.server.requests.length = 0;

    for (const onlyPlan of [true, false]) {
      const refused = await run(octopus, { ...options, onlyPlan }).catch(String);
      expect(refused).toContain(sentence);
      expect(refused).not.toContain("s3cret");
    }
    expect(octopus.server.requests).toEqual([]);
  },
);

test("the steps have a key of their own, and it is told when they do not", async () => {
  const octopus = await startOctopus();
  const server = createApi(octopus, "/api");
  const user = await server.post("/users", { Username: "managed-spaces", DisplayName: "Steps", IsService: true });
  const key = await server.post(`/users/${user.Id}/apikeys`, { Purpose: "steps" });
  const stepsKey = String(key["ApiKey"]);
  const team = await server.post("/teams", { Name: "Steps", MemberUserIds: [user.Id], SpaceId: "Spaces-1" });
  const stranger = await runInstall(octopus, { stepsKey }).catch(String);
  await server.post("/scopeduserroles", {
    TeamId: team.Id,
    UserRoleId: "userroles-spacemanager",
    SpaceId: "Spaces-1",
  });

  const own = await runInstall(octopus);
  const kept = await runInstall(octopus, { stepsKey });
  const replaced = await runInstall(octopus, { stepsKey, replaceKey: true });

  expect(stranger).toContain('the user "managed-spaces" does not see the space "Default"');
  expect(own.remaining.at(-1)).toMatch(
    /^The steps have the key of "\w+", by which you installed\. Give them one of a service account/,
  );
  expect(kept.remaining.at(-1)).toContain('The steps keep the key that "This Instance" has; add --replace-key');
  expect(replaced.changes.map(({ what }) => what)).toEqual(['the variables ThisInstance.Api.Key in "This Instance"']);
  expect(replaced.remaining.join(" ")).not.toContain("key");
});

test("a key for the steps that is none is refused before anything is written", async () => {
  const octopus = await startOctopus();
  octopus.server.requests.length = 0;

  const refused = runInstall(octopus, { stepsKey: "API-WRONG0000000000000000000000" });

  await expect(refused).rejects.toThrow(
    /^Failed to look at the key for the steps \(OCTOPUS_STEPS_API_KEY, or --steps-api-key-file\): /,
  );
  expect(writesOf(octopus)).toEqual([]);
});

test("a Git token that somebody has in the environment asks for no Git host", async () => {
  const octopus = await startInstalled();

  const { changes, remaining } = await run(octopus, {
    gitHost: { host: undefined, url: undefined, owner: undefined, token: "a token" },
  });

  expect(changes).toEqual([]);
  expect(remaining.join(" ")).not.toContain("Git");
});

test("who carries the runbooks is chosen once", async () => {
  const itself = await startInstalled();
  const companion = await startInstalled({ companion: true });

  await expect(run(itself, { companion: true })).rejects.toThrow(
    'The project "Hello World" carries its management runbooks itself. Leave --companion out',
  );
  expect((await run(companion)).changes).toEqual([]);
});

test("templates that carry their code go on doing so, until a package is asked for", async () => {
  const inline = { ...createBuiltSteps(), runtimePackage: undefined };
  const plain = {
    ...inline,
    templates: Object.fromEntries(
      Object.entries(inline.templates).map(([slug, template]) => [slug, { ...template, Packages: [] }]),
    ),
  };
  const readBuilt: InstallOptions["readBuilt"] = (flavor) => (flavor === "inline" ? plain : createBuiltSteps());
  const octopus = await startInstalled({ flavor: "inline", readBuilt });

  const again = await run(octopus, { readBuilt });
  const packaged = await run(octopus, { readBuilt, flavor: "packaged" });
  const after = await run(octopus, { readBuilt });

  expect(again.changes).toEqual([]);
  expect(packaged.changes.map(({ what }) => what)).toContain("the package managed-spaces 1.0.0");
  expect(after.changes).toEqual([]);
});

test.each([2, 4])("%i installations at once end as one would", async (count) => {
  const octopus = await startOctopus();
  const alone = await startOctopus();
  await runInstall(alone, { publish: true, fleet: true });

  const installing = Array.from({ length: count }, () => runInstall(octopus, { publish: true, fleet: true }));
  const outcomes = await Promise.all(installing);

  const after = await runInstall(octopus, { publish: true, fleet: true });
  const namesOf = async ({ api }: TestServer): Promise<unknown[]> => {
    const paths = ["actiontemplates", "libraryvariablesets", "projects", "runbooks", "environments", "lifecycles"];
    const lists = await Promise.all(paths.map((path) => api.list(`/${path}`)));
    return lists
      .flatMap((documents, index) => documents.map(({ Name }) => `${paths[index]}: ${String(Name)}`))
      .toSorted();
  };
  expect(after.changes).toEqual([]);
  for (const { remaining } of outcomes) expect(remaining.at(-1)).toMatch(/^The steps have the key of "admin"/);
  expect(await namesOf(octopus)).toEqual(await namesOf(alone));
});
