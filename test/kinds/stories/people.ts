import type { OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { awkward, type KindStory } from "../kind-story.ts";
import { makeProject } from "../make-project.ts";

/** People are found by their user names, so that both sides have them. */
async function makePeople({ server }: OctopusSpace): Promise<void> {
  for (const name of ["ada", "grace"]) {
    const [found] = await server.list("/users", { filter: name });
    if (found === undefined)
      await server.post("/users", {
        Username: name,
        DisplayName: name,
        EmailAddress: `${name}@x.example`,
        Password: "Pass-word1",
      });
  }
}

async function idOf({ server }: OctopusSpace, name: string): Promise<string> {
  const [found] = await server.list("/users", { filter: name });
  return found?.Id ?? "";
}

async function makeTeam(space: OctopusSpace): Promise<string> {
  const team = await space.post("/teams", {
    Name: awkward("Deployers"),
    Slug: "deployers-by-hand",
    Description: "They press the button.",
    MemberUserIds: [await idOf(space, "ada"), await idOf(space, "grace")],
    ExternalSecurityGroups: [{ Id: "S-1-5-32", DisplayName: "Deployers of the domain", DisplayIdAndName: true }],
  });
  return team.Id;
}

async function makeRole({ server }: OctopusSpace): Promise<string> {
  const role = await server.post("/userroles", {
    Name: awkward("Looks and deploys"),
    Description: "No more than that.",
    GrantedSpacePermissions: ["ProjectView", "DeploymentCreate"],
    GrantedSystemPermissions: [],
  });
  return role.Id;
}

export const stories: KindStory[] = [
  {
    kind: "team",
    what: "with members and groups of a sign-in provider",
    edit: { Description: "Edited" },
    prepare: makePeople,
    seed: async (space) => void (await makeTeam(space)),
  },
  {
    kind: "userRole",
    what: "of one's own",
    edit: { Description: "Edited" },
    async seed({ server }) {
      await server.post("/userroles", {
        Name: awkward("Looks"),
        Description: "No more than that.",
        GrantedSpacePermissions: ["ProjectView"],
        GrantedSystemPermissions: [],
      });
      await server.post("/userroles", {
        Name: awkward("Looks at users"),
        Description: "No more than that.",
        GrantedSpacePermissions: [],
        GrantedSystemPermissions: ["UserView"],
      });
    },
  },
  {
    kind: "user",
    what: "a service account that a workflow signs in as",
    edit: { DisplayName: "Edited" },
    also: { oidcIdentity: {} },
    async seed({ server }) {
      const account = await server.post("/users", {
        Username: "deploy-bot",
        DisplayName: awkward("Deploy bot"),
        EmailAddress: "bot@x.example",
        IsService: true,
        ServiceAccountType: "Standard",
        IsActive: true,
      });
      await server.post("/users", {
        Username: "agent",
        DisplayName: awkward("Agent"),
        IsService: true,
        ServiceAccountType: "Agent",
        IsActive: true,
      });
      for (const Name of [awkward("Main"), "Tags"])
        await server.post(`/serviceaccounts/${account.Id}/oidcidentities/create/v1`, {
          ServiceAccountId: account.Id,
          Name,
          Issuer: "https://token.actions.githubusercontent.com",
          Subject: `repo:acme/web:${Name}`,
          Audience: "octopus",
        });
    },
  },
  {
    kind: "scopedUserRole",
    what: "of one's own role and a built-in one, twice, for some of everything",
    prepare: makePeople,
    async seed(space) {
      const environment = await space.post("/environments", { Name: awkward("Production") });
      const group = await space.post("/projectgroups", { Name: awkward("Group") });
      const project = await makeProject(space);
      const tenant = await space.post("/tenants", { Name: awkward("Acme"), ProjectEnvironments: {} });
      const TeamId = await makeTeam(space);
      const limits = {
        EnvironmentIds: [environment.Id],
        ProjectIds: [project.Id],
        ProjectGroupIds: [group.Id],
        TenantIds: [tenant.Id],
      };
      const none = { EnvironmentIds: [], ProjectIds: [], ProjectGroupIds: [], TenantIds: [] };
      const UserRoleId = await makeRole(space);
      await space.post("/scopeduserroles", { TeamId, UserRoleId, ...limits });
      await space.post("/scopeduserroles", { TeamId, UserRoleId, ...none, ProjectIds: [project.Id] });
      const [viewer] = (await space.server.list("/userroles")).filter(({ Name }) => Name === "Project viewer");
      await space.post("/scopeduserroles", { TeamId: "teams-everyone", UserRoleId: viewer?.Id ?? "", ...none });
    },
  },
];
