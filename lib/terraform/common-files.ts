import { expression, type HclBlock } from "./hcl.ts";
import { inputs } from "./inputs.ts";

/** What every module has that fills a space, by file: the provider, where it is applied, and what tells other modules so. */
export function listCommonFiles(backend: string | undefined): Map<string, HclBlock[]> {
  return new Map([
    ["config.tf", [toConfiguration(backend)]],
    ["provider.tf", [toProvider({ ...server, space_id: inputs.spaceId })]],
    [
      "provider_vars.tf",
      [...listServerInputs(), toInput("octopus_space_id", "The id of the space, such as Spaces-1.")],
    ],
    ["provider_output_vars.tf", listOutputs()],
  ]);
}

/** The same for a module that makes a space: it is applied to a server. */
export function listServerFiles(backend: string | undefined): Map<string, HclBlock[]> {
  return new Map([
    ["config.tf", [toConfiguration(backend)]],
    ["provider.tf", [toProvider(server)]],
    ["provider_vars.tf", listServerInputs()],
    ["provider_output_vars.tf", [toOutput("octopus_server", "var.octopus_server")]],
  ]);
}

function toConfiguration(backend: string | undefined): HclBlock {
  const provider = { entries: { source: "OctopusDeploy/octopusdeploy", version: "~> 1.17" } };
  const required: HclBlock = { type: "required_providers", attributes: { octopusdeploy: provider } };
  const backends = backend === undefined || backend === "" ? [] : [toBackendBlock(backend)];
  return { type: "terraform", attributes: { required_version: ">= 1.7.0" }, blocks: [required, ...backends] };
}

/** Its settings come from `terraform init`, but for those of a block, which no argument can give: `remote` needs to know that it has many workspaces. */
export function toBackendBlock(backend: string): HclBlock {
  const prefix: HclBlock = { type: "workspaces", attributes: { prefix: "managed-spaces-" } };
  return { type: "backend", labels: [backend], blocks: backend === "remote" ? [prefix] : [] };
}

const server = { address: inputs.server, api_key: inputs.apiKey, access_token: inputs.accessToken };

function toProvider(attributes: HclBlock["attributes"]): HclBlock {
  return { type: "provider", labels: ["octopusdeploy"], attributes };
}

function listServerInputs(): HclBlock[] {
  return [
    toInput("octopus_server", "The URL of the Octopus Server, such as https://octopus.example.com."),
    toInput("octopus_apikey", "An API key for that server, or nothing where there is an access token."),
    toInput("octopus_access_token", "A token of a service account for that server, instead of a key.", ""),
  ];
}

/** A variable of the module that a run gives. */
export function toInput(name: string, description: string, initial?: string): HclBlock {
  const sensitive = ["octopus_apikey", "octopus_access_token"].includes(name);
  const given = initial === undefined ? {} : { default: initial };
  return {
    type: "variable",
    labels: [name],
    attributes: { type: expression("string"), nullable: false, sensitive, description, ...given },
  };
}

function listOutputs(): HclBlock[] {
  const space: HclBlock = {
    type: "data",
    labels: ["octopusdeploy_spaces", "octopus_space_name"],
    attributes: { ids: [inputs.spaceId], skip: 0, take: 1 },
  };
  return [
    toOutput("octopus_server", "var.octopus_server"),
    toOutput("octopus_space_id", "var.octopus_space_id"),
    space,
    toOutput("octopus_space_name", "data.octopusdeploy_spaces.octopus_space_name.spaces[0].name"),
  ];
}

/** What the module tells others. */
export function toOutput(name: string, value: string): HclBlock {
  return { type: "output", labels: [name], attributes: { value: expression(value) } };
}
