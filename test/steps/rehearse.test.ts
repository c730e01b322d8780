import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Rehearsal } from "../../lib/fleet/rehearsal.ts";
import type { StepRecording } from "../step/create-step-context.ts";
import { textOfPage } from "../text-of-page.ts";
import { messages } from "./copies-stage.ts";
import { startFleet } from "./fleet-stage.ts";

test("tells what a package would do in every space, and writes nothing there", async () => {
  const stage = await startFleet();
  const [africa, asia] = [await stage.addSpace("Africa"), await stage.addSpace("Asia")];
  await stage.addSpace("Apac", { environments: ["Production", "Development"] });
  const first = await stage.serialize("1.0.0");
  await stage.deployTo(africa, first);
  await stage.deployTo(asia, first);
  const project = (await asia.api.list("/projects"))[0];
  await asia.api.put(`/projects/${project?.Id ?? ""}`, { ...project, Description: "Asia's." });
  stage.takeWrites();

  const same = await stage.rehearse(first);

  expect(stage.takeWrites()).toEqual([expect.stringMatching(/^POST \/api\/Spaces-1\/LibraryVariableSets$/i)]);
  expect(same.outputs).toMatchObject({ Changed: "0", Unchanged: "2", Refused: "1", Unknown: "0", Kept: "1" });
  expect(messages(same.log, "warning")).toEqual([
    expect.stringMatching(/^1 space lacks the environment "Test": Apac\. Add it to the baseline/),
  ]);
  expect(read(same).copies.map(({ space, outcome }) => [space, outcome])).toEqual([
    ["Apac", "refused"],
    ["Africa", "unchanged"],
    ["Asia", "unchanged"],
  ]);
  expect(textOfPage(page(same))).toContain("Africa");
  console.log(messages(same.log).join("\n"), messages(same.log, "highlight"), JSON.stringify(read(same), null, 1));
});

function page({ attachments }: StepRecording): string {
  return readFileSync(attachments.find(({ path }) => path.endsWith(".html"))?.path ?? "", "utf8");
}

function read({ attachments }: StepRecording): Rehearsal {
  const file = attachments.find(({ path }) => path.endsWith(".json"))?.path ?? "";
  return Rehearsal.parse(JSON.parse(readFileSync(file, "utf8")));
}
