import { accountsRoutes } from "./accounts.ts";
import { buildInformationRoutes } from "./build-information.ts";
import { certificatesRoutes } from "./certificates.ts";
import { environmentsRoutes } from "./environments.ts";
import { eventsRoutes } from "./events.ts";
import { feedsRoutes } from "./feeds.ts";
import { gitCredentialsRoutes } from "./git-credentials.ts";
import { handshakeRoutes } from "./handshake.ts";
import { libraryVariableSetsRoutes } from "./libraryvariablesets.ts";
import { lifecyclesRoutes } from "./lifecycles.ts";
import { machinePoliciesRoutes } from "./machinepolicies.ts";
import { machinesRoutes } from "./machines.ts";
import { packagesRoutes } from "./packages.ts";
import { projectGroupsRoutes } from "./projectgroups.ts";
import { proxiesRoutes } from "./proxies.ts";
import type { Route } from "./route.ts";
import { serverInformationRoutes } from "./server-information.ts";
import { spacesRoutes } from "./spaces.ts";
import { tagSetsRoutes } from "./tagsets.ts";
import { teamsRoutes } from "./teams.ts";
import { tenantsRoutes } from "./tenants.ts";
import { usersRoutes } from "./users.ts";
import { variablesRoutes } from "./variables.ts";
import { workerPoolsRoutes } from "./workerpools.ts";

/** Every route group, one file each. */
export const routes: Route[] = [
  ...handshakeRoutes,
  ...serverInformationRoutes,
  ...spacesRoutes,
  ...usersRoutes,
  ...teamsRoutes,
  ...eventsRoutes,
  ...environmentsRoutes,
  ...lifecyclesRoutes,
  ...projectGroupsRoutes,
  ...feedsRoutes,
  ...packagesRoutes,
  ...buildInformationRoutes,
  ...accountsRoutes,
  ...gitCredentialsRoutes,
  ...certificatesRoutes,
  ...machinesRoutes,
  ...machinePoliciesRoutes,
  ...workerPoolsRoutes,
  ...proxiesRoutes,
  ...tagSetsRoutes,
  ...tenantsRoutes,
  ...libraryVariableSetsRoutes,
  ...variablesRoutes,
];
