import { accountsRoutes } from "./accounts.ts";
import { actionTemplateRoutes } from "./actiontemplates.ts";
import { approvalPoliciesRoutes } from "./approvalpolicies.ts";
import { artifactRoutes } from "./artifacts.ts";
import { buildInformationRoutes } from "./build-information.ts";
import { certificatesRoutes } from "./certificates.ts";
import { channelRoutes } from "./channels.ts";
import { communityActionTemplateRoutes } from "./communityactiontemplates.ts";
import { configurationRoutes } from "./configuration.ts";
import { dashboardRoutes } from "./dashboard.ts";
import { deploymentFreezesRoutes } from "./deploymentfreezes.ts";
import { deploymentProcessRoutes } from "./deploymentprocesses.ts";
import { deploymentRoutes } from "./deployments.ts";
import { deploymentSettingsRoutes } from "./deploymentsettings.ts";
import { environmentsRoutes } from "./environments.ts";
import { ephemeralEnvironmentsRoutes } from "./ephemeralenvironments.ts";
import { eventsRoutes } from "./events.ts";
import { feedsRoutes } from "./feeds.ts";
import { gitCredentialsRoutes } from "./git-credentials.ts";
import { gitDocumentRoutes } from "./git-documents.ts";
import { gitHubRoutes } from "./github.ts";
import { gitMigrationRoutes } from "./git-migrations.ts";
import { gitRunbookRoutes } from "./git-runbooks.ts";
import { handshakeRoutes } from "./handshake.ts";
import { interruptionRoutes } from "./interruptions.ts";
import { libraryVariableSetsRoutes } from "./libraryvariablesets.ts";
import { licensesRoutes } from "./licenses.ts";
import { lifecyclesRoutes } from "./lifecycles.ts";
import { machinePoliciesRoutes } from "./machinepolicies.ts";
import { machinesRoutes } from "./machines.ts";
import { observabilityRoutes } from "./observability.ts";
import { octopusServerNodesRoutes } from "./octopusservernodes.ts";
import { packagesRoutes } from "./packages.ts";
import { parentEnvironmentsRoutes } from "./parentenvironments.ts";
import { platformHubRoutes } from "./platformhub.ts";
import { processTemplateRoutes } from "./processtemplates.ts";
import { progressionRoutes } from "./progression.ts";
import { projectGroupsRoutes } from "./projectgroups.ts";
import { projectRoutes } from "./projects.ts";
import { projectTriggerRoutes } from "./projecttriggers.ts";
import { proxiesRoutes } from "./proxies.ts";
import { rateLimitingPoliciesRoutes } from "./ratelimitingpolicies.ts";
import { releaseCreationRoutes } from "./release-creation.ts";
import { releaseDefectRoutes } from "./release-defects.ts";
import { releasePreviewRoutes } from "./release-previews.ts";
import { releaseRoutes } from "./releases.ts";
import { retentionPoliciesRoutes } from "./retentionpolicies.ts";
import type { Route } from "./route.ts";
import { runbookProcessRoutes } from "./runbookprocesses.ts";
import { runbookRunPreviewRoutes } from "./runbookrun-previews.ts";
import { runbookRunRoutes } from "./runbookruns.ts";
import { runbookRoutes } from "./runbooks.ts";
import { runbookSnapshotRoutes } from "./runbooksnapshots.ts";
import { scopedUserRolesRoutes } from "./scopeduserroles.ts";
import { serverInformationRoutes } from "./server-information.ts";
import { serviceAccountRoutes } from "./serviceaccounts.ts";
import { spacesRoutes } from "./spaces.ts";
import { subscriptionsRoutes } from "./subscriptions.ts";
import { tagSetsRoutes } from "./tagsets.ts";
import { taskRoutes } from "./tasks.ts";
import { teamsRoutes } from "./teams.ts";
import { tenantsRoutes } from "./tenants.ts";
import { scopedTenantVariablesRoutes } from "./tenantvariables-scoped.ts";
import { tenantVariablesRoutes } from "./tenantvariables.ts";
import { tokenRoutes } from "./token.ts";
import { userRolesRoutes } from "./userroles.ts";
import { usersRoutes } from "./users.ts";
import { variablesRoutes } from "./variables.ts";
import { versionControlRoutes } from "./version-control.ts";
import { workerPoolsRoutes } from "./workerpools.ts";
import { workersRoutes } from "./workers.ts";
import { webhookRoutes } from "./webhooks.ts";

/** Every route group, one file each. */
export const routes: Route[] = [
  ...handshakeRoutes,
  ...serverInformationRoutes,
  ...octopusServerNodesRoutes,
  ...licensesRoutes,
  ...spacesRoutes,
  ...usersRoutes,
  ...teamsRoutes,
  ...eventsRoutes,
  ...environmentsRoutes,
  ...parentEnvironmentsRoutes,
  ...lifecyclesRoutes,
  ...projectGroupsRoutes,
  ...feedsRoutes,
  ...packagesRoutes,
  ...buildInformationRoutes,
  ...accountsRoutes,
  ...gitCredentialsRoutes,
  ...gitHubRoutes,
  ...certificatesRoutes,
  ...machinesRoutes,
  ...machinePoliciesRoutes,
  ...workerPoolsRoutes,
  ...proxiesRoutes,
  ...tagSetsRoutes,
  ...tenantsRoutes,
  ...tenantVariablesRoutes,
  ...scopedTenantVariablesRoutes,
  ...libraryVariableSetsRoutes,
  ...variablesRoutes,
  ...projectRoutes,
  ...versionControlRoutes,
  ...gitMigrationRoutes,
  ...gitDocumentRoutes,
  ...gitRunbookRoutes,
  ...channelRoutes,
  ...deploymentProcessRoutes,
  ...deploymentSettingsRoutes,
  ...runbookRoutes,
  ...runbookProcessRoutes,
  ...runbookSnapshotRoutes,
  ...runbookRunRoutes,
  ...runbookRunPreviewRoutes,
  ...releaseRoutes,
  ...releaseCreationRoutes,
  ...releasePreviewRoutes,
  ...releaseDefectRoutes,
  ...deploymentRoutes,
  ...taskRoutes,
  ...artifactRoutes,
  ...interruptionRoutes,
  ...actionTemplateRoutes,
  ...communityActionTemplateRoutes,
  ...progressionRoutes,
  ...projectTriggerRoutes,
  ...webhookRoutes,
  ...workersRoutes,
  ...userRolesRoutes,
  ...scopedUserRolesRoutes,
  ...dashboardRoutes,
  ...retentionPoliciesRoutes,
  ...subscriptionsRoutes,
  ...deploymentFreezesRoutes,
  ...configurationRoutes,
  ...ephemeralEnvironmentsRoutes,
  ...observabilityRoutes,
  ...rateLimitingPoliciesRoutes,
  ...platformHubRoutes,
  ...processTemplateRoutes,
  ...approvalPoliciesRoutes,
  ...serviceAccountRoutes,
  ...tokenRoutes,
];
