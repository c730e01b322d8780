import { findNearNames } from "../near-names.ts";
import { readBackendSettings } from "./init-parameters.ts";

/** A place for Terraform's states that outlives a run, as far as a runbook has to know it. */
export interface TerraformBackend {
  /** For a sentence or a form. */
  keepsIn: string;
  /** The environment variables by which Terraform takes its secrets, so that none stands in an argument or a file. */
  listSecrets(initParameters: string): string[];
  /** Whether a run cannot do without any of these. */
  needsSecret: boolean;
  /** Whether one configuration holds the states of many copies, each in a workspace; else each copy has an address of its own. */
  hasWorkspaces: boolean;
}

/**
 * The backends whose states last, by Terraform's names for them. The variables are those that Terraform's documentation of each backend
 * names (https://developer.hashicorp.com/terraform/language/backend), and Terraform 1.11 reads.
 */
export const terraformBackends = {
  s3: inWorkspaces("a bucket of Amazon S3", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
  azurerm: inWorkspaces("a container of Azure Storage", "ARM_ACCESS_KEY", "ARM_CLIENT_SECRET"),
  gcs: inWorkspaces("a bucket of Google Cloud Storage", "GOOGLE_CREDENTIALS", "GOOGLE_ENCRYPTION_KEY"),
  pg: { ...inWorkspaces("a PostgreSQL database", "PG_CONN_STR"), needsSecret: true },
  consul: inWorkspaces("Consul", "CONSUL_HTTP_TOKEN"),
  kubernetes: inWorkspaces("secrets of a Kubernetes cluster", "KUBE_TOKEN", "KUBE_PASSWORD"),
  http: { ...inWorkspaces("a web server", "TF_HTTP_USERNAME", "TF_HTTP_PASSWORD"), hasWorkspaces: false },
  remote: {
    ...inWorkspaces("HCP Terraform or Terraform Enterprise"),
    listSecrets: (initParameters) => [nameToken(readBackendSettings(initParameters)["hostname"])],
    needsSecret: true,
  },
} satisfies Record<string, TerraformBackend>;

export type BackendName = keyof typeof terraformBackends;

/** @returns undefined for a backend that does not last, or that nobody knows */
export function findBackend(name: string): TerraformBackend | undefined {
  return isBackendName(name) ? terraformBackends[name] : undefined;
}

export function isBackendName(name: string): name is BackendName {
  return Object.hasOwn(terraformBackends, name);
}

/** What people call backends, beside Terraform's names. */
const alsoCalled: Readonly<Record<string, BackendName>> = {
  aws: "s3",
  azure: "azurerm",
  google: "gcs",
  gcp: "gcs",
  postgres: "pg",
  postgresql: "pg",
  k8s: "kubernetes",
  cloud: "remote",
};

/** A sentence that offers the backends which somebody may have meant, as {@link findNearNames} does. */
export function findNearBackends(name: string): string {
  const meant = alsoCalled[name.toLowerCase()];
  return meant === undefined ? findNearNames(name, Object.keys(terraformBackends)) : ` Did you mean "${meant}"?`;
}

/** Where the state of a copy is put into what `terraform init` gets: what no other tenant and no other copy has. */
export const stateMark = "{state}";

function inWorkspaces(keepsIn: string, ...secrets: string[]): TerraformBackend {
  return { keepsIn, listSecrets: () => secrets, needsSecret: false, hasWorkspaces: true };
}

/** https://developer.hashicorp.com/terraform/cli/config/config-file#environment-variable-credentials */
function nameToken(host = "app.terraform.io"): string {
  return `TF_TOKEN_${host.replaceAll("-", "__").replaceAll(".", "_")}`;
}
