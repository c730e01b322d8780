import type { Section } from "../section.ts";
import { accounts } from "./accounts.ts";
import { certificates } from "./certificates.ts";
import { deploymentTargets } from "./deployment-targets.ts";
import { machinePolicies } from "./machine-policies.ts";
import { proxies } from "./proxies.ts";
import { workerPools } from "./worker-pools.ts";
import { workers } from "./workers.ts";
import { dockerFeeds } from "./docker-feeds.ts";
import { environments } from "./environments.ts";
import { feeds } from "./feeds.ts";
import { gitCredentials } from "./git-credentials.ts";
import { libraryVariableSets } from "./library-variable-sets.ts";
import { lifecycles } from "./lifecycles.ts";
import { projectGroups } from "./project-groups.ts";
import { projects } from "./projects.ts";
import { scriptModules } from "./script-modules.ts";
import { stepTemplates } from "./step-templates.ts";

/** All that a baseline may say, in the order in which it is written. */
export const sections: readonly Section[] = [
  environments,
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
];
