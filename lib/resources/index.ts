import { account } from "./account.ts";
import { certificate } from "./certificate.ts";
import { channel } from "./channel.ts";
import { deploymentProcess } from "./deployment-process.ts";
import { deploymentSettings } from "./deployment-settings.ts";
import { environment, parentEnvironment } from "./environment.ts";
import { feed } from "./feed.ts";
import { gitCredential } from "./git-credential.ts";
import { libraryVariableSet, scriptModule } from "./library-variable-set.ts";
import { lifecycle } from "./lifecycle.ts";
import { tagSet, team, tenant } from "./look-up-kinds.ts";
import { machinePolicy } from "./machine-policy.ts";
import { machine } from "./machine.ts";
import { projectGroup } from "./project-group.ts";
import { projectTrigger } from "./project-trigger.ts";
import { project } from "./project.ts";
import { proxy } from "./proxy.ts";
import type { ResourceKind } from "./resource-kind.ts";
import { runbookProcess } from "./runbook-process.ts";
import { runbook } from "./runbook.ts";
import { stepTemplate } from "./step-template.ts";
import { variableSet } from "./variable-set.ts";
import { versionControl } from "./version-control.ts";
import { workerPool } from "./worker-pool.ts";
import { worker } from "./worker.ts";

/** Every kind, in the order in which resources can be created: what others point to comes first. */
export const resourceKinds: readonly ResourceKind[] = [
  workerPool,
  proxy,
  tagSet,
  team,
  environment,
  parentEnvironment,
  lifecycle,
  account,
  certificate,
  machinePolicy,
  feed,
  gitCredential,
  projectGroup,
  tenant,
  machine,
  worker,
  libraryVariableSet,
  scriptModule,
  stepTemplate,
  project,
  versionControl,
  channel,
  deploymentProcess,
  runbook,
  runbookProcess,
  variableSet,
  deploymentSettings,
  projectTrigger,
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
