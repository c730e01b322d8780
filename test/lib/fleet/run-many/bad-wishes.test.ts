import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NotFoundError } from "../../../../lib/step/errors.ts";
import { endQueued, startStage, type Stage } from "./stage.ts";

/** A second template, and tenants that lack what a run needs. */
async function startAwkward(): Promise<Stage> {
  const stage = await startStage({ worker: false });
  const { api } = stage;
  const [lifecycle] = await api.list("/lifecycles");
  const [group] = await api.list("/projectgroups");
  const other = await api.post("/projects", {
    Name: "__ Web Shop",
    LifecycleId: lifecycle?.Id,
    ProjectGroupId: group?.Id,
    TenantedDeploymentMode: "TenantedOrUntenanted",
    IncludedLibraryVariableSetIds: [stage.setId],
  });
  await stage.addRunbook("__ 2. Deploy Project", "echo shop", other.Id);
  const set = await api.get(`/libraryvariablesets/${stage.setId}`);
  const templates: unknown[] = Array.isArray(set["Templates"]) ? set["Templates"] : [];
  const account = {
    Name: "ManagedTenant.Octopus.ServiceAccountId",
    DisplaySettings: { "Octopus.ControlType": "SingleLineText" },
  };
  await api.put(`/libraryvariablesets/${set.Id}`, { ...set, Templates: [...templates, account] });
  await stage.addTenant("Poor", {
    "ManagedTenant.Octopus.Url": "https://octopus.example.com",
    "ManagedTenant.Octopus.SpaceId": "Spaces-9",
  });
  stage.server.requests.length = 0;
  return stage;
}

test.each([
  {
    what: "nobody is meant",
    argv: ["deploy"],
    says: 'Say for whom: --tenants <name or pattern>, --tag <Set/Tag> or --ring <name>. All tenants are --tenants ".*".',
  },
  {
    what: "several projects have the runbook",
    argv: ["deploy", "--tenants", "Asia"],
    says: '2 projects of the space "Default" have that runbook: "__ Client Space", "__ Web Shop". Say whose by --project <name>.',
  },
  {
    what: "a project's name is mistaken",
    argv: ["deploy", "--tenants", "Asia", "--project", "Web Shpo"],
    says: 'There is no project "Web Shpo" in the space "Default". Did you mean "Web Shop"?',
  },
  {
    what: "a project has no such runbook",
    argv: ["find", "--tenants", "Asia", "--project", "Web Shop"],
    says: 'No project of the space "Default" has a runbook "__ 4. Find Updates" or "__ 3. Find Updates".',
  },
  {
    what: "a runbook's name is mistaken",
    argv: ["run", "__ 2. Deploy Projetc", "--tenants", "Asia"],
    says: 'has a runbook "__ 2. Deploy Projetc". Did you mean "__ 2. Deploy Project"?',
  },
  {
    what: "a tenant's name is mistaken",
    argv: ["deploy", "--tenants", "Asai", "--project", "__ Client Space"],
    says: 'No tenant of the space "Default" has the name "Asai". Did you mean "Asia"?',
  },
  {
    what: "nobody is in the ring",
    argv: ["deploy", "--ring", "Canary", "--project", "__ Client Space"],
    says: 'No tenant that is meant is in the ring "Canary": none has the tag "Managed Spaces Ring/Canary" in the space "Default".',
  },
  {
    what: "a tenant that is named is not connected",
    argv: ["deploy", "--tenants", "Asia", "--project", "Web Shop"],
    says: 'The tenant "Asia" is not connected to the project "__ Web Shop" in the environment "Sync". Connect it, or do not name it.',
  },
  {
    what: "nobody is connected",
    argv: ["deploy", "--tenants", ".*", "--project", "Web Shop"],
    says: 'None of the 4 tenants that are meant is connected to the project "__ Web Shop" in the environment "Sync".',
  },
  {
    what: "there is no key",
    argv: ["deploy", "--tenants", "Poor", "--project", "__ Client Space"],
    says: 'No tenant can be started: The tenant has no value for "ManagedTenant.Octopus.ApiKey". (Poor)',
  },
  {
    what: "the environment is none of the runbook's",
    argv: ["deploy", "--tenants", "Asia", "--project", "__ Client Space", "--environment", "Sink"],
    says: 'does not run in an environment "Sink" of the space "Default". Did you mean "Sync"?',
  },
  {
    what: "a name stands beside the options",
    argv: ["deploy", "Asia", "--tenants", "Africa"],
    says: 'managed-spaces deploy takes options alone, and "Asia" is none. Is it a tenant\'s name? Then use --tenants "Asia".',
  },
  {
    what: "a name stands in place of the options",
    argv: ["deploy", "Asia"],
    says: 'managed-spaces deploy takes options alone, and "Asia" is none.',
  },
  {
    what: "a runbook's name has no quotes",
    argv: ["run", "Deploy", "Project", "--tenants", "Asia"],
    says: 'One runbook at a time, not "Deploy" and "Project". Put a name with spaces in quotes.',
  },
  {
    what: "no runbook is named",
    argv: ["run", "--tenants", "Asia"],
    says: 'Name the runbook: managed-spaces run "<runbook>" --tenants <name or pattern>.',
  },
  {
    what: "a number is none",
    argv: ["deploy", "--tenants", "Asia", "--at-once", "0"],
    says: '--at-once is "0". Give a whole number of 1 or more, such as --at-once 5.',
  },
  {
    what: "a pattern is none",
    argv: ["deploy", "--tenants", "A(*", "--project", "__ Client Space"],
    says: 'Failed to read "A(*" as a name or a pattern',
  },
  {
    what: "there is no such option",
    argv: ["deploy", "--tenant", "Asia"],
    says: "Unknown option '--tenant'",
  },
  {
    what: "a value has no name",
    argv: ["deploy", "--tenants", "Asia", "--variable", "Asia"],
    says: '--variable takes a name and a value, such as --variable "Name=value".',
  },
  {
    what: "an environment variable is not there",
    argv: ["deploy", "--tenants", "Asia", "--variable-env", "Password=PASSWROD"],
    says: '--variable-env names the environment variable "PASSWROD" for "Password", and there is none.',
  },
  {
    what: "two things are to come from standard input",
    argv: ["deploy", "--tenants", "Asia", "--variables", "-", "--api-key-file", "-"],
    says: "Standard input holds the variables or the API key, not both.",
  },
  {
    what: "a value is not asked for",
    argv: ["deploy", "--tenants", "Asia", "--project", "__ Client Space", "--variable", "Colour=red"],
    says: 'The runbook asks for no value of a variable "Colour". It asks for no value.',
  },
])("one sentence and nothing started, when $what", async ({ argv, says }) => {
  const stage = await startAwkward();

  const { code, stdout, stderr } = await stage.manage(argv);

  expect(stderr.toLowerCase()).toContain(says.toLowerCase());
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stage.server.requests.filter(({ method, path }) => method !== "GET" && path.includes("run"))).toEqual([]);
});

test("a runbook that is not for tenants is refused", async () => {
  const stage = await startStage({ worker: false });
  const runbook = await stage.addRunbook("Tidy up", "echo tidy");
  await stage.api.put(`/runbooks/${runbook.Id}`, { ...runbook, MultiTenancyMode: "Untenanted" });

  const { code, stderr } = await stage.manage(["run", "Tidy up", "--tenants", "Asia"]);

  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining("runs without a tenant, so not for many of them either."),
  ]);
});

test("tenants without a key are left out and told at the end, those without another value are told before; those that a pattern has and that are not connected are told alone", async () => {
  const stage = await startAwkward();
  await stage.api.put(`/tenants/${stage.tenants["Asia"]}`, {
    ...(await stage.api.get(`/tenants/${stage.tenants["Asia"]}`)),
    ProjectEnvironments: { [stage.projectId]: [] },
  });

  await stage.addTenant("Thrifty", {
    "ManagedTenant.Octopus.Url": "https://octopus.example.com",
    "ManagedTenant.Octopus.ApiKey": { HasValue: true, NewValue: "API-NOBODYKNOWSIT" },
  });

  const { code, stdout, stderr } = await stage.manage(["deploy", "--tenants", ".*", "--project", "__ Client Space"], {
    pause: () => Promise.resolve(endQueued(stage)),
  });

  expect(code).toBe(1);
  expect(stderr).toBe(
    'Not connected to the project "__ Client Space" in the environment "Sync", so left out: Asia.\nNo value for "Billing.Code", but started all the same: Thrifty.\n',
  );
  expect(stdout).toContain("3 of 4 succeeded, 1 did not.");
  expect(stdout).toContain('1 left out: The tenant has no value for "ManagedTenant.Octopus.ApiKey".\n  Poor\n');
});

test("tenants by tag and by ring", async () => {
  const stage = await startStage({ worker: false });
  await stage.api.post("/tagsets", { Name: "Managed Spaces Ring", Tags: [{ Name: "Canary", Color: "#333333" }] });
  await stage.api.post("/tagsets", { Name: "Region", Tags: [{ Name: "South", Color: "#333333" }] });
  const tag = async (name: string, tags: string[]): Promise<void> => {
    const id = stage.tenants[name] ?? "";
    await stage.api.put(`/tenants/${id}`, { ...(await stage.api.get(`/tenants/${id}`)), TenantTags: tags });
  };
  await tag("Africa", ["Region/South", "Managed Spaces Ring/Canary"]);
  await tag("Asia", ["Region/South"]);
  const planFor = async (...argv: string[]): Promise<string[]> =>
    [...(await stage.manage(["deploy", "--plan", ...argv])).stdout.matchAll(/^ {2}(\w+) +would be/gm)].map(
      ([, name = ""]) => name,
    );

  expect(await planFor("--ring", "canary")).toEqual(["Africa"]);
  expect(await planFor("--tag", "Region/South")).toEqual(["Africa", "Asia"]);
  expect(await planFor("--tag", "Region/South", "--ring", "Canary")).toEqual(["Africa"]);
  expect(await planFor("--tenants", "A.*a", "--tenants", "America")).toEqual(["Africa", "America", "Asia"]);

  const mistaken = await stage.manage(["deploy", "--plan", "--ring", "South", "--ring-set", "Regoin"]);
  expect(mistaken.stderr).toContain('None has a tag of the set "Regoin" at all. Did you mean "Region"?');
  const unknown = await stage.manage(["deploy", "--plan", "--ring", "South", "--ring-set", "Nope"]);
  expect(unknown.stderr).toContain(
    'Their tags are of "Region", "Managed Spaces Ring": name one of these sets by --ring-set.',
  );
  const ring = await stage.manage(["deploy", "--plan", "--ring", "Sauth", "--ring-set", "Region"]);
  expect(ring.stderr).toContain('Did you mean "South"?');
});

async function startAsking(): Promise<Stage> {
  const stage = await startStage({ worker: false, names: ["Asia"] });
  const prompt = (Label: string, Required: boolean, control: string): Record<string, unknown> => ({
    Label,
    Required,
    Description: "",
    DisplaySettings: { "Octopus.ControlType": control },
  });
  const set = await stage.api.get(`/variables/variableset-${stage.projectId}`);
  await stage.api.put(`/variables/${set.Id}`, {
    ...set,
    Variables: [
      { Name: "Reason", Value: "", Type: "String", Prompt: prompt("Why", true, "SingleLineText") },
      { Name: "Password", Value: "", Type: "Sensitive", IsSensitive: true, Prompt: prompt("", true, "Sensitive") },
      { Name: "Colour", Value: "red", Type: "String", Prompt: prompt("", true, "SingleLineText") },
    ],
  });
  return stage;
}

test("what a runbook asks for is given by name, secrets by the environment or a file, and shown nowhere", async () => {
  const stage = await startAsking();
  const secret = "correct horse battery";
  const given = ["deploy", "--tenants", "Asia", "--variable", "Why=Because"];
  const pause = (): Promise<void> => Promise.resolve(endQueued(stage));
  const file = join(mkdtempSync(join(tmpdir(), "values-")), "values.json");
  writeFileSync(file, JSON.stringify({ Password: secret }));

  const missing = await stage.manage(["deploy", "--tenants", "Asia"]);
  const bare = await stage.manage([...given, "--variable", `Password=${secret}`]);
  const refused = await stage.manage(given, { pause });
  const fromEnvironment = await stage.manage(
    [...given, "--variable-env", "Password=OUR_PASSWORD"],
    { pause },
    { OUR_PASSWORD: secret },
  );
  const fromFile = await stage.manage([...given, "--variables", file, "--again"], { pause });

  expect(missing).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the runbook needs a value for "Reason". Give it by --variable "Reason=<value>".'),
  });
  expect(bare).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("is a secret, which does not belong on a command line"),
  });
  expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining("The variable 'Password' is required.") });
  expect([fromEnvironment.code, fromFile.code]).toEqual([0, 0]);
  expect(JSON.stringify([missing, bare, refused, fromEnvironment, fromFile])).not.toContain(secret);
});

test("a run with other values is another run", async () => {
  const stage = await startAsking();
  const pause = (): Promise<void> => Promise.resolve(endQueued(stage));
  const runs = async (why: string): Promise<number> => {
    await stage.manage(
      ["deploy", "--tenants", "Asia", "--variable", `Reason=${why}`, "--variable-env", "Password=P"],
      { pause },
      { P: "hunter22" },
    );
    return (await stage.runs()).length;
  };

  expect(await runs("one")).toBe(1);
  expect(await runs("one")).toBe(1);
  expect(await runs("two")).toBe(2);
});

test("run means a step where it is a step's name, and a runbook with tenants else", async () => {
  const stage = await startStage({ worker: false });
  const steps = { "find-updates": (): Promise<never> => Promise.reject(new NotFoundError("The step was read.")) };

  const step = await stage.manage(["run", "find-updates", "--tag", "Region/South"], { steps });
  const runbook = await stage.manage(["run", "__ 2. deploy project", "--tenants", "Asia", "--plan"], { steps });

  expect(step.stderr).toContain("The step was read.");
  expect(runbook.stdout).toContain("for 1 of 1 tenants");
});
