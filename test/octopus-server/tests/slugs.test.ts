import { expect, test } from "vitest";
import { listOf, textOf, type Fields } from "../model/fields.ts";
import { createApiStage, scriptAction, type ApiStage } from "./api-stage.ts";

const space = "/api/Spaces-1";
const project = `${space}/projects/Projects-1`;
const process = `${project}/deploymentprocesses`;

async function stageWithProject(): Promise<ApiStage> {
  const stage = await createApiStage();
  await stage.project("Web");
  return stage;
}

function step(name: string, slug?: string): Fields {
  const given = slug === undefined ? {} : { Slug: slug };
  return { Name: name, ...given, Actions: [scriptAction(name, given)] };
}

async function putSteps(stage: ApiStage, steps: readonly Fields[]): Promise<Fields[]> {
  return listOf(await stage.put(process, { ...(await stage.get(process)), Steps: steps }), "Steps");
}

const kinds: [string, Fields][] = [
  ["environments", {}],
  ["projects", { ProjectGroupId: "ProjectGroups-1", LifecycleId: "Lifecycles-1" }],
  ["channels", { ProjectId: "Projects-1" }],
  ["runbooks", { ProjectId: "Projects-1" }],
  ["tenants", {}],
];

test.each(kinds)("of the %s, a new name keeps its slug, and a slug that is taken is refused", async (kind, more) => {
  const stage = await stageWithProject();
  const first = await stage.post(`${space}/${kind}`, { Name: "First One", ...more });
  const second = await stage.post(`${space}/${kind}`, { Name: "Second", ...more });

  const renamed = await stage.put(`${space}/${kind}/${textOf(first, "Id")}`, { ...first, Name: "Other", Slug: "" });
  const third = await stage.post(`${space}/${kind}`, { Name: "First One", ...more });

  expect(renamed).toMatchObject({ Name: "Other", Slug: "first-one" });
  expect(third["Slug"]).toBe("first-one-1");
  for (const slug of ["first-one", "First-One"]) {
    const change = { ...second, Slug: slug };
    expect(await stage.refusal("PUT", `${space}/${kind}/${textOf(second, "Id")}`, change)).toContain("already exists");
    expect(await stage.refusal("POST", `${space}/${kind}`, { Name: "Fourth", ...more, Slug: slug })).toContain("slug");
  }
});

test("nothing is called all, because in a path that is everything", async () => {
  const stage = await stageWithProject();

  const refusal = await stage.refusal("POST", `${space}/environments`, { Name: "Test", Slug: "all" });

  expect(refusal).toBe("slug must not be called 'all'.");
  expect((await stage.environment("All"))["Slug"]).toBe("all-1");
});

test("a step that is renamed keeps its slug", async () => {
  const stage = await stageWithProject();
  const [made = {}] = await putSteps(stage, [step("Say Hello")]);
  const [action = {}] = listOf(made, "Actions");
  const { Slug: stepSlug, ...rest } = made;
  const { Slug: actionSlug, ...restOfAction } = action;

  const [renamed] = await putSteps(stage, [{ ...rest, Name: "Greet", Actions: [{ ...restOfAction, Name: "Greet" }] }]);

  expect([stepSlug, actionSlug]).toEqual(["say-hello", "say-hello"]);
  expect(renamed).toMatchObject({ Name: "Greet", Slug: "say-hello", Actions: [{ Name: "Greet", Slug: "say-hello" }] });
});

test("two steps of a process have two slugs", async () => {
  const stage = await stageWithProject();

  const steps = [step("One", "same"), step("Two", "same")];
  const refusal = await stage.refusal("PUT", process, { ...(await stage.get(process)), Steps: steps });
  const given = await putSteps(stage, [step("Say it"), step("Say-it"), step("Third", "say-it-1")]);

  expect(refusal).toContain("Step slug 'same' is already used by another step in this deployment process.");
  expect(refusal).toContain("Action slug 'same' is already used by another action in this deployment process.");
  expect(given).toMatchObject([{ Slug: "say-it" }, { Slug: "say-it-2" }, { Slug: "say-it-1" }]);
});
