import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { examine } from "../../../lib/doctor/doctor.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { startGitHub } from "../../git-hosts-stand-ins/github-stand-in.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";
import { getNamed, runInstall } from "./run-install.ts";

const Variables = z.object({ Variables: z.array(z.object({ Name: z.string(), Value: z.nullable(z.string()) })) });

const nothing = { host: undefined, url: undefined, owner: undefined, token: undefined };
const application = { gitAppId: "12345", gitAppPrivateKey: "-----BEGIN RSA PRIVATE KEY-----" };

async function readGitHost(octopus: TestServer): Promise<Record<string, unknown>> {
  const set = await getNamed(octopus.api, "/libraryvariablesets", "Git Host");
  const { Variables: all } = Variables.parse(await octopus.api.get(`/variables/variableset-${set.Id}`));
  return Object.fromEntries(all.map(({ Name, Value }) => [Name, Value]));
}

/** What the doctor says of the Git host. */
async function examineGitHost(octopus: TestServer, token?: string): Promise<unknown> {
  const client = createOctopusClient({ url: octopus.url, apiKey: octopus.apiKey });
  const options = { octopus: client, space: "Default", oldestNode: "20.19", askWorkers: false, patience: 1000 };
  const git = { signIn: { gitToken: token, gitUsername: undefined }, now: new Date("2026-12-10T12:00:00Z") };
  return (await examine({ ...options, git })).find(({ about }) => about === "Git host");
}

test("an application of the host is stored beside the address, its key as a secret, and nothing more is asked for", async () => {
  const octopus = await startOctopus();

  const { remaining } = await runInstall(octopus, {
    gitHost: { ...nothing, host: "github", owner: "acme", application },
  });

  expect(remaining.join(" ")).not.toContain("GitHost.Token");
  expect(await readGitHost(octopus)).toEqual({
    "GitHost.Type": "github",
    "GitHost.Url": "",
    "GitHost.Owner": "acme",
    "GitHost.AppId": "12345",
    "GitHost.AppPrivateKey": null,
  });
  const again = await runInstall(octopus, { gitHost: { ...nothing, host: "github", owner: "acme", application } });
  expect(again.changes).toEqual([]);
  expect(again.remaining).toContain(
    '"Git Host" keeps the token that it has; add --replace-key to store the one that you give.',
  );
});

test("a Git server on which everybody may write needs no token, and nobody asks for one", async () => {
  const octopus = await startOctopus();
  const url = "http://git.example.com";

  const { remaining } = await runInstall(octopus, { gitHost: { ...nothing, host: "generic", url, owner: "acme" } });

  expect(remaining.join(" ")).not.toContain("GitHost.Token");
  expect(await examineGitHost(octopus)).toEqual({
    about: "Git host",
    state: "good",
    text: `Any Git server at ${url}, repositories of "acme"`,
  });
});

test("the doctor says where the Git host is, who signs in, and that a token ends soon", async () => {
  const { standIn } = await startGitHub();
  onTestFinished(() => standIn.close());
  standIn.tokens.set("ghp_lasts", { login: "barry", scopes: ["repo"] });
  standIn.tokens.set("ghp_ends", { login: "barry", scopes: ["repo"], expiresAt: new Date("2026-12-24T09:00:00Z") });
  const octopus = await startOctopus();
  const { url } = standIn.server;

  expect(await examineGitHost(octopus)).toEqual({ about: "Git host", state: "good", text: "no template is in Git" });
  await runInstall(octopus, { gitHost: { ...nothing, host: "github", url, owner: "acme" } });
  expect(await examineGitHost(octopus)).toMatchObject({
    state: "bad",
    text: 'The set "Git Host" has no credentials. Run managed-spaces install with GIT_TOKEN in the environment.',
  });
  await runInstall(octopus, { gitHost: { ...nothing, host: "github", url, owner: "acme", token: "ghp_lasts" } });

  const where = `GitHub at ${url}, repositories of "acme"`;
  expect(await examineGitHost(octopus)).toMatchObject({ state: "good", text: where });
  expect(await examineGitHost(octopus, "ghp_lasts")).toMatchObject({
    state: "good",
    text: `${where}, signed in as "barry"`,
  });
  expect(await examineGitHost(octopus, "ghp_ends")).toMatchObject({
    state: "bad",
    text: expect.stringContaining("expires in 13 days (2026-12-24)"),
  });
  expect(await examineGitHost(octopus, "ghp_wrong")).toMatchObject({
    state: "bad",
    text: expect.stringMatching(/^Failed to ask GitHub who signs in: GitHub refused the credentials/),
  });
});
