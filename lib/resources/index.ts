import { account } from "./account.ts";
import { approvalPolicy } from "./approval-policy.ts";
import { certificate } from "./certificate.ts";
import { channel } from "./channel.ts";
import { deploymentFreeze } from "./deployment-freeze.ts";
import { deploymentProcess } from "./deployment-process.ts";
import { deploymentSettings } from "./deployment-settings.ts";
import { environment, parentEnvironment } from "./environment.ts";
import { feed } from "./feed.ts";
import { gitHubConnection } from "./github-connection.ts";
import { gitCredential } from "./git-credential.ts";
import { libraryVariableSet, scriptModule } from "./library-variable-set.ts";
import { lifecycle } from "./lifecycle.ts";
import { machinePolicy } from "./machine-policy.ts";
import { machine } from "./machine.ts";
import { projectGroup } from "./project-group.ts";
import { projectTrigger } from "./project-trigger.ts";
import { project } from "./project.ts";
import { proxy } from "./proxy.ts";
import type { ResourceKind } from "./resource-kind.ts";
import { retentionPolicy } from "./retention-policy.ts";
import { runbookProcess } from "./runbook-process.ts";
import { runbook } from "./runbook.ts";
import { scopedUserRole } from "./scoped-user-role.ts";
import { stepTemplate } from "./step-template.ts";
import { subscription } from "./subscription.ts";
import { tagSet } from "./tag-set.ts";
import { team } from "./team.ts";
import { tenantVariables } from "./tenant-variables.ts";
import { tenant } from "./tenant.ts";
import { userRole } from "./user-role.ts";
import { oidcIdentity, user } from "./user.ts";
import { variableSet } from "./variable-set.ts";
import { versionControl } from "./version-control.ts";
import { workerPool } from "./worker-pool.ts";
import { worker } from "./worker.ts";

/** Every kind, in the order in which resources can be created: what others point to comes first. */
export const resourceKinds: readonly ResourceKind[] = [
  workerPool,
  proxy,
  tagSet,
  user,
  oidcIdentity,
  userRole,
  team,
  environment,
  parentEnvironment,
  retentionPolicy,
  lifecycle,
  account,
  certificate,
  machinePolicy,
  feed,
  gitCredential,
  gitHubConnection,
  projectGroup,
  machine,
  worker,
  libraryVariableSet,
  scriptModule,
  stepTemplate,
  project,
  versionControl,
  tenant,
  tenantVariables,
  channel,
  deploymentProcess,
  runbook,
  runbookProcess,
  variableSet,
  deploymentSettings,
  projectTrigger,
  scopedUserRole,
  subscription,
  deploymentFreeze,
  approvalPolicy,
];

const kindsById = new Map(resourceKinds.map((kind) => [kind.id, kind]));

/** The kind of that id; undefined for the parts that others point to, and for what a newer version knows. */
export function findKind(id: string): ResourceKind | undefined {
  return kindsById.get(id);
}

/** @throws for an id that no file in this folder declares: a graph of a newer version, or a mistake of ours */
export function getKind(id: string): ResourceKind {
  const kind = findKind(id);
  if (kind === undefined) throw new Error(`There is no resource kind "${id}".`);
  return kind;
}
