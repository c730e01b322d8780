import * as z from "zod";
import type { OctopusServer } from "../octopus-server/octopus-server.ts";

/** Where to look in what {@link buildLargeServer} made. */
export interface LargeServer {
  spaceId: string;
  projectId: string;
  runbookId: string;
  librarySetId: string;
  tenantId: string;
}

const Made = z.looseObject({ Id: z.string() });
type Made = z.infer<typeof Made>;
type Post = (path: string, body: unknown, method?: "POST" | "PUT") => Promise<Made>;

/** 1,000 spaces; the last one has 500 projects with 5 runbooks each, 100 tenants and 20,000 variables, a fifth of them in one set. */
export async function buildLargeServer(server: OctopusServer): Promise<LargeServer> {
  const post: Post = async (path, body, method = "POST") => {
    const headers = { "X-Octopus-ApiKey": server.apiKey, "Content-Type": "application/json" };
    const init: RequestInit = { method, headers, body: JSON.stringify(body) };
    const response = await server.respond(new Request(`http://127.0.0.1${path}`, init));
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return Made.parse(JSON.parse(text));
  };
  let spaceId = "";
  for (let index = 2; index <= 1000; index += 1)
    spaceId = (await post("/api/spaces", { Name: `Space ${index}`, SpaceManagersTeams: ["teams-administrators"] })).Id;
  return await fillSpace(post, { server, spaceId });
}

async function fillSpace(
  post: Post,
  { server, spaceId }: { server: OctopusServer; spaceId: string },
): Promise<LargeServer> {
  const space = `/api/${spaceId}`;
  const environmentIds: string[] = [];
  for (let index = 1; index <= 20; index += 1)
    environmentIds.push((await post(`${space}/environments`, { Name: `Environment ${index}` })).Id);
  const shared = {
    ProjectGroupId: server.model.collection("projectgroups").listInSpace(spaceId)[0]?.Id,
    LifecycleId: server.model.collection("lifecycles").listInSpace(spaceId)[0]?.Id,
  };
  const librarySet = await post(`${space}/libraryvariablesets`, { Name: "Shared" });
  await post(
    `${space}/variables/variableset-${librarySet.Id}`,
    { Version: 0, Variables: variables(4000, environmentIds) },
    "PUT",
  );
  let [project, runbook]: (Made | undefined)[] = [];
  for (let index = 1; index <= 500; index += 1) {
    project = await post(`${space}/projects`, { Name: `Project ${index}`, ...shared });
    await post(
      `${space}/variables/variableset-${project.Id}`,
      { Version: 0, Variables: variables(32, environmentIds) },
      "PUT",
    );
    for (let number = 1; number <= 5; number += 1)
      runbook = await post(`${space}/runbooks`, { Name: `Runbook ${number}`, ProjectId: project.Id });
  }
  const connected = { [project?.Id ?? ""]: environmentIds.slice(0, 2) };
  let tenant: Made | undefined;
  for (let index = 1; index <= 100; index += 1)
    tenant = await post(`${space}/tenants`, { Name: `Tenant ${index}`, ProjectEnvironments: connected });
  return {
    spaceId,
    projectId: project?.Id ?? "",
    runbookId: runbook?.Id ?? "",
    librarySetId: librarySet.Id,
    tenantId: tenant?.Id ?? "",
  };
}

/** A tenth of them are secrets, half are scoped. */
function variables(count: number, environmentIds: readonly string[]): unknown[] {
  return Array.from({ length: count }, (_, index) => ({
    Name: `Setting.${index}`,
    Value: `value ${index}`,
    Type: index % 10 === 0 ? "Sensitive" : "String",
    IsSensitive: index % 10 === 0,
    Scope: index % 2 === 0 ? { Environment: [environmentIds[index % environmentIds.length]] } : {},
  }));
}
