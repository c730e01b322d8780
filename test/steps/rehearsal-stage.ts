import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { step as deployProject } from "../../steps/deploy-project/step.ts";
import { step as rehearse } from "../../steps/rehearse/step.ts";
import { createApi, type Api } from "../api.ts";
import type { OctopusServerOptions } from "../octopus-server/octopus-server.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { provide, secrets, startDeployments, type DeployedPackage, type DeploymentStage } from "./deployment-stage.ts";

/** A template project and spaces of tenants that are connected to it, all on one server. */
export interface RehearsalStage extends DeploymentStage {
  /** Makes a space and the tenant that stands for it. */
  addSpace(name: string, options?: SpaceOptions): Promise<RehearsalSpace>;
  /** A tenant of the project, with these values of its variables. */
  addTenant(name: string, values: Record<string, unknown>): Promise<string>;
  /** Brings the package to a space of {@link addSpace}. */
  deployTo(
    space: RehearsalSpace,
    brought: DeployedPackage,
    parameters?: Record<string, string>,
  ): Promise<StepRecording>;
  /** A folder for what runs leave. */
  workingDirectory: string;
  rehearse(brought: DeployedPackage | undefined, options?: RehearseOptions): Promise<StepRecording>;
}

export interface RehearsalSpace {
  id: string;
  name: string;
  tenantId: string;
  api: Api;
}

interface SpaceOptions {
  environments?: readonly string[];
  url?: string;
  values?: Record<string, unknown>;
}

interface RehearseOptions {
  parameters?: Record<string, string>;
  variables?: Record<string, string>;
  now?: Date;
}

const needed = ["Production", "Test", "Development"];

export async function startRehearsals(serverOptions: OctopusServerOptions = {}): Promise<RehearsalStage> {
  const stage = await startDeployments(serverOptions);
  const { url, apiKey } = stage;
  const system = createApi({ url, apiKey }, "/api");
  const addTenant = await prepareTenants(stage, {
    projectId: stage.project.Id,
    environmentId: stage.environments["Sync"],
  });

  return {
    ...stage,
    workingDirectory: mkdtempSync(join(tmpdir(), "fleet-")),
    addTenant,
    async addSpace(name, options = {}) {
      const me = await system.get("/users/me");
      const space = await system.post("/spaces", { Name: name, SpaceManagersTeamMembers: [me.Id] });
      const api = createApi({ url, apiKey }, `/api/${space.Id}`);
      for (const environment of options.environments ?? needed) await api.post("/environments", { Name: environment });
      await provide(api);
      const tenantId = await addTenant(name, {
        "ManagedTenant.Octopus.Url": options.url ?? url,
        "ManagedTenant.Octopus.SpaceId": space.Id,
        ...options.values,
      });
      return { id: space.Id, name, tenantId, api };
    },
    async deployTo({ id }, brought, parameters = {}) {
      const recording = createStepContext({
        step: deployProject,
        parameters: { serverUrl: url, apiKey, spaceId: id, receiptKey: "a key for receipts", ...parameters },
        packages: { package: brought },
        variables: secrets,
      });
      await recording.run();
      return recording;
    },
    async rehearse(brought, { parameters = {}, variables = {}, now } = {}) {
      const recording = createStepContext({
        step: rehearse,
        parameters: {
          managementServerUrl: url,
          managementApiKey: apiKey,
          managementSpaceId: "Spaces-1",
          deployingProject: "Hello World",
          ...parameters,
        },
        packages: brought === undefined ? {} : { package: brought },
        variables,
        workingDirectory: mkdtempSync(join(tmpdir(), "rehearsal-")),
        ...(now !== undefined && { now: () => now }),
      });
      await recording.run();
      return recording;
    },
  };
}

/** Gives the project the variables by which tenants stand for spaces. @returns what adds a tenant that is connected to it */
export async function prepareTenants(
  stage: Pick<DeploymentStage, "url" | "apiKey" | "upstream">,
  { projectId, environmentId }: { projectId: string; environmentId: string | undefined },
): Promise<RehearsalStage["addTenant"]> {
  const { upstream } = stage;
  const set = await upstream.post("/libraryvariablesets", {
    Name: "Octopus Server",
    ContentType: "Variables",
    Templates: [
      ...["ManagedTenant.Octopus.Url", "ManagedTenant.Octopus.SpaceId"].map((name) =>
        toTemplate(name, "SingleLineText"),
      ),
      toTemplate("Database.Password", "Sensitive"),
      toTemplate("ManagedTenant.Mapping", "MultiLineText"),
    ],
  });
  const project = await upstream.get(`/projects/${projectId}`);
  const included = Array.isArray(project["IncludedLibraryVariableSetIds"])
    ? project["IncludedLibraryVariableSetIds"]
    : [];
  await upstream.put(`/projects/${projectId}`, { ...project, IncludedLibraryVariableSetIds: [...included, set.Id] });
  const templates = new Map(
    (Array.isArray(set["Templates"]) ? set["Templates"] : []).map((one: { Name: string; Id: string }) => [
      one.Name,
      one.Id,
    ]),
  );
  return async (name, values) => {
    const tenant = await upstream.post("/tenants", {
      Name: name,
      ProjectEnvironments: { [projectId]: [environmentId] },
    });
    const named = Object.entries(values).map(([template, value]) => [templates.get(template) ?? "", value] as const);
    await setTenantValues(stage, tenant.Id, { [set.Id]: { Variables: Object.fromEntries(named) } });
    return tenant.Id;
  };
}

function toTemplate(Name: string, control: string): object {
  return { Name, DisplaySettings: { "Octopus.ControlType": control } };
}

/** By the older form of the API, whose answer has no id. */
async function setTenantValues(
  { url, apiKey }: Pick<DeploymentStage, "url" | "apiKey">,
  tenantId: string,
  LibraryVariables: Record<string, unknown>,
): Promise<void> {
  const address = `${url}/api/Spaces-1/tenants/${tenantId}/variables`;
  const headers = { "X-Octopus-ApiKey": apiKey, "Content-Type": "application/json" };
  const known: unknown = await (await fetch(address, { headers })).json();
  const body = JSON.stringify({ ...Object(known), LibraryVariables });
  const response = await fetch(address, { method: "PUT", headers, body });
  if (!response.ok) throw new Error(await response.text());
}
