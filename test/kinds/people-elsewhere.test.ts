import { expect, test } from "vitest";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { getKind } from "../../lib/resources/index.ts";
import { startCarrying } from "./carry.ts";
import { stories as governance } from "./stories/governance.ts";
import { stories as people } from "./stories/people.ts";

const wide = [...people, ...governance].filter(({ kind }) =>
  ["user", "userRole", "scopedUserRole", "team", "deploymentFreeze", "subscription"].includes(kind),
);

test.each(wide)("$kind: $what: arrives on another server, where nothing of it was", async (story) => {
  const here = await startCarrying(story.server);
  const there = await startCarrying(story.server);
  for (const space of [here.upstream, there.downstream]) await story.prepare?.(space);
  await story.seed(here.upstream);
  const select = { resources: [getKind(story.kind).label] };
  const original = await here.read(here.upstream, select);

  await there.bring(original);

  expect(await there.read(there.downstream, select)).toEqual(original);
  there.takeWrites();
  const { resources } = await there.bring(original, {
    isAdopting: true,
    secrets: { readVariable: () => undefined, missing: "leave" },
  });
  expect(resources.filter(({ action }) => action !== "none")).toEqual([]);
  expect(there.takeWrites()).toEqual([]);
});

test("a space has of the server's roles and service accounts those that its teams need, and of its own people none", async () => {
  const { upstream, read } = await startCarrying();
  const { server } = upstream;
  const bot = await server.post("/users", { Username: "bot", DisplayName: "Bot", IsActive: true, IsService: true });
  await server.post("/users", { Username: "unused", DisplayName: "Unused", IsActive: true, IsService: true });
  const role = { GrantedSpacePermissions: ["ProjectView"], GrantedSystemPermissions: [] };
  const looks = await server.post("/userroles", { Name: "Looks", ...role });
  await server.post("/userroles", { Name: "Unused", ...role });
  const me = await server.get("/users/me");
  const team = await upstream.post("/teams", {
    Name: "Watchers",
    MemberUserIds: [bot.Id, me.Id],
    ExternalSecurityGroups: [],
  });
  await upstream.post("/scopeduserroles", { TeamId: team.Id, UserRoleId: looks.Id });

  const { nodes, lookUps } = await read(upstream);

  const named = ["user", "userRole", "team", "scopedUserRole"].map((kind) =>
    nodes.filter((node) => node.kind === kind).map(({ key }) => key[0]),
  );
  expect(named).toEqual([["bot"], ["Looks"], ["Watchers"], ["Watchers: Looks"]]);
  expect(lookUps).toEqual([{ kind: "user", key: [me["Username"]] }]);
});

test("a team of the whole server is not taken for one of the space that is called the same", async () => {
  const { upstream, downstream, read, bring } = await startCarrying();
  const team = { Name: "Deployers", MemberUserIds: [], ExternalSecurityGroups: [] };
  await upstream.post("/teams", { ...team, Description: "Of the space." });
  const graph = await read(upstream, { resources: ["team"] });
  const ofServer = await downstream.server.post("/teams", { ...team, Description: "Of the server." });

  await bring(graph);

  expect(await downstream.server.get(`/teams/${ofServer.Id}`)).toMatchObject({ Description: "Of the server." });
  const own = await downstream.server.list("/teams", { spaces: downstream.id, includeSystem: false });
  expect(own.filter(({ Name }) => Name === "Deployers")).toMatchObject([{ Description: "Of the space." }]);
});

test("a freeze of another space's projects stays what it is there", async () => {
  const { upstream, downstream, read, bring } = await startCarrying();
  const [story] = governance.filter(({ kind }) => kind === "deploymentFreeze");
  await story?.seed(upstream);
  const before = await upstream.server.getJson("/deploymentfreezes", { skip: 0, take: 10 });

  await bring(await read(upstream, { resources: ["deployment freeze"] }));

  const after = await upstream.server.getJson("/deploymentfreezes", { skip: 0, take: 10 });
  expect(JSON.stringify(after)).toContain(JSON.stringify(before).slice('{"DeploymentFreezes":['.length, 200));
  expect(await read(downstream, { resources: ["deployment freeze"] })).toEqual(
    await read(upstream, { resources: ["deployment freeze"] }),
  );
});

test("whom a service account trusts is changed in place when it changes upstream", async () => {
  const here = await startCarrying();
  const there = await startCarrying();
  const story = people.find(({ kind }) => kind === "user");
  await story?.seed(here.upstream);
  const select = { resources: ["user"] };
  await there.bring(await here.read(here.upstream, select));
  const before = await listTrusted(there.downstream);
  const [first] = await listTrusted(here.upstream);
  const path = `/serviceaccounts/${String(first?.["ServiceAccountId"])}/oidcidentities/${first?.Id ?? ""}/v1`;
  await here.upstream.server.put(path, { ...first, Subject: "repo:acme/web:edited", Audience: "another" });
  const changed = await here.read(here.upstream, select);
  there.takeWrites();

  await there.bring(changed, { isAdopting: true });

  expect(there.takeWrites()).toEqual([expect.stringMatching(/^PUT .*\/oidcidentities\//)]);
  expect(await there.read(there.downstream, select)).toEqual(changed);
  expect((await listTrusted(there.downstream)).map(({ Id }) => Id)).toEqual(before.map(({ Id }) => Id));
});

async function listTrusted(space: OctopusSpace): Promise<OctopusDocument[]> {
  const account = (await getKind("user").list(space)).find(({ Username }) => Username === "deploy-bot");
  return getKind("oidcIdentity").list(space, account);
}
