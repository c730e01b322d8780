import type { Section } from "../section.ts";
import { accounts } from "./accounts.ts";
import { approvalPolicies } from "./approval-policies.ts";
import { certificates } from "./certificates.ts";
import { deploymentFreezes } from "./deployment-freezes.ts";
import { deploymentTargets } from "./deployment-targets.ts";
import { dockerFeeds } from "./docker-feeds.ts";
import { environments } from "./environments.ts";
import { feeds } from "./feeds.ts";
import { gitCredentials } from "./git-credentials.ts";
import { libraryVariableSets } from "./library-variable-sets.ts";
import { lifecycles } from "./lifecycles.ts";
import { machinePolicies } from "./machine-policies.ts";
import { parentEnvironments } from "./parent-environments.ts";
import { projectGroups } from "./project-groups.ts";
import { projects } from "./projects.ts";
import { proxies } from "./proxies.ts";
import { retentionPolicies } from "./retention-policies.ts";
import { scopedUserRoles } from "./scoped-user-roles.ts";
import { scriptModules } from "./script-modules.ts";
import { serviceAccounts } from "./service-accounts.ts";
import { stepTemplates } from "./step-templates.ts";
import { subscriptions } from "./subscriptions.ts";
import { tagSets } from "./tag-sets.ts";
import { teams } from "./teams.ts";
import { tenants } from "./tenants.ts";
import { userRoles } from "./user-roles.ts";
import { workerPools } from "./worker-pools.ts";
import { workers } from "./workers.ts";

/** All that a baseline may say, in the order in which it is written. */
export const sections: readonly Section[] = [
  tagSets,
  environments,
  parentEnvironments,
  retentionPolicies,
  lifecycles,
  workerPools,
  proxies,
  accounts,
  certificates,
  machinePolicies,
  feeds,
  dockerFeeds,
  gitCredentials,
  projectGroups,
  libraryVariableSets,
  scriptModules,
  stepTemplates,
  workers,
  deploymentTargets,
  projects,
  tenants,
  serviceAccounts,
  userRoles,
  teams,
  scopedUserRoles,
  subscriptions,
  deploymentFreezes,
  approvalPolicies,
];
