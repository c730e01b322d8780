import type { PartForm, TerraformForm } from "../form.ts";
import { account } from "./account.ts";
import { approvalPolicy } from "./approval-policy.ts";
import { certificate } from "./certificate.ts";
import { channel } from "./channel.ts";
import { deploymentFreeze } from "./deployment-freeze.ts";
import { deploymentSettings } from "./deployment-settings.ts";
import { environment } from "./environment.ts";
import { feed } from "./feed.ts";
import { gitHubConnection } from "./github-connection.ts";
import { gitCredential } from "./git-credential.ts";
import { libraryVariableSet } from "./library-variable-set.ts";
import { lifecycle } from "./lifecycle.ts";
import { machinePolicy } from "./machine-policy.ts";
import { machine } from "./machine.ts";
import { oidcIdentity } from "./oidc-identity.ts";
import { parentEnvironment } from "./parent-environment.ts";
import { space, tag } from "./parts.ts";
import { processForm } from "./process/process.ts";
import { projectGroup } from "./project-group.ts";
import { projectTrigger } from "./project-trigger.ts";
import { project } from "./project.ts";
import { proxy } from "./proxy.ts";
import { retentionPolicy } from "./retention-policy.ts";
import { runbook } from "./runbook.ts";
import { scopedUserRole } from "./scoped-user-role.ts";
import { scriptModule } from "./script-module.ts";
import { stepTemplate } from "./step-template.ts";
import { subscription } from "./subscription.ts";
import { tagSet } from "./tag-set.ts";
import { team } from "./team.ts";
import { tenantVariables } from "./tenant-variables.ts";
import { tenant } from "./tenant.ts";
import { userRole } from "./user-role.ts";
import { user } from "./user.ts";
import { variableSet } from "./variable-set.ts";
import { versionControl } from "./version-control.ts";
import { workerPool } from "./worker-pool.ts";
import { worker } from "./worker.ts";

/** The form of every resource kind, by the kind's id. */
export const kindForms: Readonly<Record<string, TerraformForm>> = {
  account,
  approvalPolicy,
  certificate,
  channel,
  deploymentFreeze,
  deploymentProcess: processForm,
  deploymentSettings,
  environment,
  feed,
  gitCredential,
  gitHubConnection,
  libraryVariableSet,
  lifecycle,
  machine,
  machinePolicy,
  oidcIdentity,
  parentEnvironment,
  project,
  projectGroup,
  projectTrigger,
  proxy,
  retentionPolicy,
  runbook,
  runbookProcess: processForm,
  scopedUserRole,
  scriptModule,
  stepTemplate,
  subscription,
  tagSet,
  team,
  tenant,
  tenantVariables,
  user,
  userRole,
  variableSet,
  versionControl,
  worker,
  workerPool,
};

/** What others point to though it is no resource kind. */
export const partForms: Readonly<Record<string, PartForm>> = { space, tag };

const formsByKind = new Map(Object.entries(kindForms));
const formsByPart = new Map(Object.entries(partForms));

/** The form of the kind of that id; undefined for parts, and for what a newer version knows. */
export function findForm(kind: string): TerraformForm | undefined {
  return formsByKind.get(kind);
}

/** What stands for a part; undefined for kinds, and for parts that the nodes define, such as steps. */
export function findPartForm(part: string): PartForm | undefined {
  return formsByPart.get(part);
}
