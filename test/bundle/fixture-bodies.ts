import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleSteps } from "../../build/bundle.ts";
import { renderPackageLoader, renderPublishedProgram } from "../../build/launchers.ts";
import { renderTemplate } from "../../build/render-project.ts";
import { step } from "./fixture-step/step.ts";

export const FIXTURE_VERSION = "1.2.3";

/** The fixture step as the build sees it. */
export const fixture = { slug: "fixture-step", step, path: "test/bundle/fixture-step/step.ts" };

/** One flavor of a script body, and the variables that Octopus adds for it. */
export interface Body {
  body: string;
  variables: Record<string, string>;
}

/** Both flavors of the fixture step; the runtime package of the packaged one is put into `directory`, extracted, as Octopus would have it. */
export async function renderFixtureBodies(directory: string): Promise<Record<"inline" | "packaged", Body>> {
  const { inline, packaged, bundle } = await renderTemplate(fixture, FIXTURE_VERSION);
  writeFileSync(join(directory, "fixture-step.cjs"), bundle);
  writeFileSync(join(directory, "launch.cjs"), await renderPackageLoader(FIXTURE_VERSION));
  return {
    inline: { body: inline, variables: {} },
    packaged: {
      body: packaged,
      variables: {
        "Octopus.Action.Package[managed-spaces].ExtractedPath": directory,
      },
    },
  };
}

/** What Octopus gives for the fixture step's package parameter. */
export const fixturePackage = {
  "Octopus.Action.Package[Fixture.Bundle].PackageId": "hello_world",
  "Octopus.Action.Package[Fixture.Bundle].PackageVersion": "1.0.0",
  "Octopus.Action.Package[Fixture.Bundle].ExtractedPath": "/packages/hello world",
};

/** What `dist/step.cjs` of an npm package with the fixture step alone holds. */
export async function renderFixtureProgram(): Promise<string> {
  return renderPublishedProgram(await bundleSteps([fixture]));
}
