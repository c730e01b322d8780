import { onTestFinished } from "vitest";
import type { GitHostId } from "../../lib/git-hosts/index.ts";
import { editRepository, findHead, readFileAt, type Edit } from "../git-server/edit-repository.ts";
import { startAzureRepos } from "../git-hosts-stand-ins/azure-repos-stand-in.ts";
import { startBitbucketCloud } from "../git-hosts-stand-ins/bitbucket-cloud-stand-in.ts";
import { startBitbucketDataCenter } from "../git-hosts-stand-ins/bitbucket-data-center-stand-in.ts";
import { startGiteaStandIn } from "../git-hosts-stand-ins/gitea-stand-in.ts";
import { startGitHub } from "../git-hosts-stand-ins/github-stand-in.ts";
import { startGitLab } from "../git-hosts-stand-ins/gitlab-stand-in.ts";
import type { StandIn, StandInRepository } from "../git-hosts-stand-ins/stand-in.ts";
import { createApi, type Api, type Document } from "../api.ts";
import { script } from "./deployment-stage.ts";
import { startOctopus, type TestServer } from "./managed-tenants.ts";

/** A template project in Git, on a stand-in of a Git host, and a managed space on the same server. */
export interface GitTemplate extends TestServer {
  host: StandIn;
  hostId: GitHostId;
  /** The address that people use for the host. */
  hostUrl: string;
  token: string;
  /** Address of `acme/hello_world_cac`. */
  upstreamUrl: string;
  /** On disk. */
  upstreamPath: string;
  upstream: Api;
  downstream: Api;
  downstreamId: string;
  project: Document;
  /** Id and version, as OCL has them, of the step template that the process uses. */
  stepTemplate: Document;
  /** Moves it to Git. */
  convert(): Promise<unknown>;
  /** A commit to the template's repository, or `in` another. */
  edit(edit: Edit & { in?: string }): string;
  /** Has a repository merged into by a train alone, where the host has them. */
  startMergeTrains(repository: string): void;
  /** A file of `owner/name` at a branch. */
  read(repository: string, path: string, branch?: string): string;
  head(repository: string, branch?: string): string;
  pathOf(repository: string): string;
  /** Of `owner/name`; throws where there is none. */
  find(repository: string): StandInRepository;
  /** POST, PUT and DELETE requests to Octopus since the last call, as `PUT /api/…`. */
  takeWrites(): string[];
}

export interface GitTemplateOptions {
  /** A generic one is Gitea of which only its Git is used. */
  host?: GitHostId;
  defaultBranch?: string;
  basePath?: string;
  /** Of Octopus Server. */
  version?: string;
  /** Whether the template stays in the database until `convert` is called. */
  isInDatabase?: boolean;
}

export const gitToken = "a-token-of-barry";

interface StartedHost {
  standIn: StandIn;
  url?: string;
  /** What stands before the names of owners, where the host's address does not say all of it. */
  within?: string;
  /** Where the host has them. */
  startMergeTrains?: (repository: StandInRepository) => void;
}

const standIns: Readonly<Record<GitHostId, () => Promise<StartedHost>>> = {
  "azure-repos": startOrganization,
  "bitbucket-cloud": startBitbucketCloud,
  "bitbucket-data-center": startBitbucketDataCenter,
  generic: startGiteaStandIn,
  gitea: startGiteaStandIn,
  github: startGitHub,
  gitlab: startGitLabWithTrains,
};

/** Owners are projects, since the address names the organization. */
async function startOrganization(): Promise<StartedHost> {
  const { standIn } = await startAzureRepos();
  return { standIn, url: `${standIn.server.url}/fabrikam`, within: "fabrikam/" };
}

async function startGitLabWithTrains(): Promise<StartedHost> {
  const { standIn, url, state } = await startGitLab();
  const startMergeTrains = (repository: StandInRepository): void => {
    state.settingsOf(repository).hasMergeTrains = true;
  };
  return { standIn, url, startMergeTrains };
}

export async function startGitTemplate({
  host: hostId = "gitea",
  defaultBranch = "main",
  basePath = ".octopus/hello",
  version,
  isInDatabase = false,
}: GitTemplateOptions = {}): Promise<GitTemplate> {
  const octopus = await startOctopus(version === undefined ? {} : { version });
  const { standIn, url: hostUrl = standIn.server.url, within = "", startMergeTrains } = await standIns[hostId]();
  onTestFinished(() => standIn.close());
  addPeople(standIn, within);
  const repository = standIn.add(`${within}acme`, "hello_world_cac", { defaultBranch });
  const path = standIn.pathOf(repository);
  editRepository(path, { branch: defaultBranch, files: { "README.md": "# Hello World\n", "src/app.txt": "1\n" } });

  const upstream = octopus.api;
  const downstream = await addSpace(octopus, "America");
  for (const api of [downstream.api, upstream]) await provide(api, standIn.gitUsername || "x-access-token");
  const { project, stepTemplate } = await buildProject(upstream);
  const upstreamUrl = standIn.cloneUrlOf(repository);
  const [credential] = await upstream.list("/git-credentials");
  const convert = (): Promise<unknown> =>
    upstream.act(`/projects/${project.Id}/git/convert`, {
      CommitMessage: "Move to Git",
      VersionControlSettings: {
        Type: "VersionControlled",
        Url: upstreamUrl,
        DefaultBranch: defaultBranch,
        BasePath: basePath,
        ProtectedDefaultBranch: false,
        ProtectedBranchNamePatterns: ["release/*"],
        Credentials: { Type: "Reference", Id: credential?.Id },
      },
    });
  if (!isInDatabase) await convert();
  let seen = octopus.server.requests.length;
  const locate = (place: string): { owner: string; name: string } => {
    const slash = place.lastIndexOf("/");
    return { owner: `${within}${place.slice(0, slash)}`, name: place.slice(slash + 1) };
  };
  const pathOf = (place: string): string => standIn.pathOf(locate(place));
  const find = (place: string): StandInRepository => {
    const { owner, name } = locate(place);
    const found = standIn.find(owner, name);
    if (found === undefined) throw new Error(`There is no repository ${place}.`);
    return found;
  };
  return {
    ...octopus,
    host: standIn,
    hostId,
    hostUrl,
    token: gitToken,
    upstreamUrl,
    upstreamPath: path,
    upstream,
    downstream: downstream.api,
    downstreamId: downstream.id,
    project,
    stepTemplate,
    convert,
    edit: ({ in: place, ...edit }) =>
      editRepository(place === undefined ? path : pathOf(place), { branch: defaultBranch, ...edit }),
    startMergeTrains: (place) => startMergeTrains?.(find(place)),
    read: (place, file, branch = defaultBranch) => readFileAt(pathOf(place), `refs/heads/${branch}`, file),
    head: (place, branch = defaultBranch) => findHead(pathOf(place), `refs/heads/${branch}`),
    pathOf,
    find,
    takeWrites() {
      const writes = octopus.server.requests.slice(seen).filter(({ method }) => method !== "GET");
      seen = octopus.server.requests.length;
      return writes.map(({ method, path: address }) => `${method} ${address}`);
    },
  };
}

function addPeople(host: StandIn, within: string): void {
  host.accounts.set(`${within}barry`, "User");
  for (const owner of ["acme", "contoso"]) host.accounts.set(`${within}${owner}`, "Organization");
  const ofBitbucket = ["repository:admin", "repository:write", "pullrequest:write", "PROJECT_ADMIN"];
  const ofAzure = ["vso.code", "vso.code_write", "vso.code_manage"];
  const ofOthers = ["write:repository", "write:organization", "write:user", "repo", "delete_repo", "api"];
  const scopes = [...ofOthers, ...ofBitbucket, ...ofAzure];
  host.tokens.set(gitToken, { login: "barry", scopes, bearer: "may" });
}

async function addSpace({ url, apiKey }: TestServer, name: string): Promise<{ api: Api; id: string }> {
  const system = createApi({ url, apiKey }, "/api");
  const me = await system.get("/users/me");
  const space = await system.post("/spaces", { Name: name, SpaceManagersTeamMembers: [me.Id] });
  return { api: createApi({ url, apiKey }, `/api/${space.Id}`), id: space.Id };
}

/** What the project needs and both spaces have; ids differ, since the order of creation does. */
async function provide(api: Api, username: string): Promise<void> {
  const names = ["Production", "Test", "Development"];
  for (const name of names) await api.post("/environments", { Name: name });
  await api.post("/feeds", { Name: "Docker Hub", FeedType: "Docker", FeedUri: "https://index.docker.io" });
  await api.post("/projectgroups", { Name: "Hello World" });
  await api.post("/git-credentials", {
    Name: "Git",
    Details: { Type: "UsernamePassword", Username: username, Password: { HasValue: true, NewValue: gitToken } },
  });
}

async function buildProject(api: Api): Promise<{ project: Document; stepTemplate: Document }> {
  const idOf = async (path: string, name: string): Promise<string> =>
    (await api.list(path)).find((document) => document["Name"] === name)?.Id ?? "";
  const project = await api.post("/projects", {
    Name: "Hello World CaC",
    Description: "Greets from Git.",
    ProjectGroupId: await idOf("/projectgroups", "Hello World"),
    LifecycleId: "Lifecycles-1",
    TenantedDeploymentMode: "TenantedOrUntenanted",
  });
  const first = await api.post("/actiontemplates", notify("echo first"));
  const stepTemplate = await api.put(`/actiontemplates/${first.Id}`, { ...first, ...notify("echo notify") });
  const process = await api.get(`/projects/${project.Id}/deploymentprocesses`);
  const production = await idOf("/environments", "Production");
  const feed = await idOf("/feeds", "Docker Hub");
  await api.put(`/projects/${project.Id}/deploymentprocesses`, {
    ...process,
    Steps: [
      {
        Name: "Approve",
        Actions: [
          {
            Name: "Approve",
            ActionType: "Octopus.Manual",
            Environments: [production],
            Properties: {
              "Octopus.Action.Manual.Instructions": "Look",
              "Octopus.Action.Manual.ResponsibleTeamIds": "",
            },
          },
        ],
      },
      script("Say hello", { Container: { FeedId: feed, Image: "alpine" } }),
      script(
        "Notify",
        {},
        {
          "Octopus.Action.Template.Id": stepTemplate.Id,
          "Octopus.Action.Template.Version": String(stepTemplate["Version"]),
          "Notify.Channel": "#hello",
        },
      ),
    ],
  });
  const set = await api.get(`/variables/variableset-${project.Id}`);
  await api.put(`/variables/variableset-${project.Id}`, {
    ...set,
    Variables: [
      { Name: "Greeting", Value: "Hello", Scope: { Environment: [production] } },
      {
        Name: "Api.Token",
        Value: "battery staple",
        IsSensitive: true,
        Type: "Sensitive",
        Scope: { Environment: [production] },
      },
    ],
  });
  await api.post("/channels", { Name: "Hotfix", ProjectId: project.Id });
  return { project, stepTemplate };
}

function notify(body: string): Record<string, unknown> {
  return {
    Name: "Notify",
    ActionType: "Octopus.Script",
    Properties: {
      "Octopus.Action.Script.Syntax": "Bash",
      "Octopus.Action.Script.ScriptSource": "Inline",
      "Octopus.Action.Script.ScriptBody": body,
    },
    Parameters: [
      {
        Name: "Notify.Channel",
        Label: "Channel",
        DefaultValue: "general",
        DisplaySettings: { "Octopus.ControlType": "SingleLineText" },
      },
    ],
  };
}
