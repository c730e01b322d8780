import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { findStepTemplateVersion } from "../../../lib/octopus/find-step-template-version.ts";
import { createOctopusClient, type OctopusDocument, type OctopusSpace } from "../../../lib/octopus/octopus-client.ts";

/** A space with one step template whose body tells its version; the versions that are named were removed. */
async function spaceWithVersions(gone: readonly number[] = []): Promise<{ space: OctopusSpace; asked: number[] }> {
  const asked: number[] = [];
  const server = createServer((request, response) => {
    const version = Number(/\/versions\/(\d+)$/.exec(request.url ?? "")?.[1]);
    asked.push(version);
    response.writeHead(gone.includes(version) ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify({ Id: `ActionTemplates-7-${version}`, Version: version }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const octopus = createOctopusClient({ url: `http://127.0.0.1:${port}`, apiKey: "API-X" });
  return { space: octopus.inSpace({ Id: "Spaces-1", Name: "Default" }), asked };
}

const newest = (version: number): OctopusDocument => ({ Id: "ActionTemplates-7", Version: version });
const isVersion =
  (version: number) =>
  (document: OctopusDocument): Promise<boolean> =>
    Promise.resolve(document["Version"] === version);

test("the first version of a step template is 0, and is found", async () => {
  const { space } = await spaceWithVersions();

  expect(await findStepTemplateVersion(space, newest(2), isVersion(0))).toEqual({
    Id: "ActionTemplates-7",
    Version: 0,
  });
  expect(await findStepTemplateVersion(space, newest(0), isVersion(0))).toEqual(newest(0));
});

test("older versions are read one by one, as far as is needed", async () => {
  const { space, asked } = await spaceWithVersions([3]);

  expect(await findStepTemplateVersion(space, newest(5), isVersion(2))).toMatchObject({ Version: 2 });
  expect(asked).toEqual([4, 3, 2]);
});

test("a long history is not read to its end", async () => {
  const { space, asked } = await spaceWithVersions();

  expect(await findStepTemplateVersion(space, newest(100), isVersion(70))).toBeUndefined();
  expect(asked).toHaveLength(29);
});
