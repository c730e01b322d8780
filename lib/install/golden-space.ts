import { textOf } from "../model/json.ts";
import { findNearNames } from "../near-names.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { packageIdOfSpace } from "../octopus/package-id.ts";
import { managedTenantSignIn, thisInstanceSignIn, toSignInParameters } from "../octopus/sign-in-variables.ts";
import { findSpaceByName } from "../octopus/spaces.ts";
import { NotFoundError, ParameterError } from "../step/errors.ts";
import { including, templateOf } from "./client-space.ts";
import { toGitParameters } from "./git-host-variables.ts";
import type { Installer } from "./installer.ts";
import { ensureKeptPackages, keepingRunbook } from "./keep-packages.ts";
import { goldenSpaceNames, nameGoldenSpaceProject } from "./runbook-names.ts";
import { ensureRunbook, type WantedRunbook } from "./runbooks.ts";
import { decisionsQuestion, ensureVariables } from "./variable-sets.ts";
import { lookedUpSpaceId, lookUpSpace, refuseMistakenNames, type TemplateProjectOptions } from "./template-project.ts";

/** A golden space as the server has it. */
export interface GoldenSpace {
  id: string;
  name: string;
}

export interface GoldenSpaceOptions extends Omit<TemplateProjectOptions, "name" | "companion" | "engine"> {
  golden: GoldenSpace;
}

/**
 * The space that others are to be like: one of this instance.
 * @throws {@link NotFoundError} naming near names, {@link ParameterError} for the management space itself
 */
export async function getGoldenSpace(management: OctopusSpace, name: string): Promise<GoldenSpace> {
  const found = await findSpaceByName(management.server, name);
  if (found === undefined) {
    const names = (await management.server.list("/spaces")).map((space) => textOf(space, "Name"));
    throw new NotFoundError(
      `There is no space "${name}" at ${management.server.url}, or the user of the API key may not see it.${findNearNames(name, names)}`,
    );
  }
  if (found.Id === management.id)
    throw new ParameterError(
      `The space "${management.name}" is the management space, which has what looks after the others. Make another one the golden space.`,
    );
  return { id: found.Id, name: textOf(found, "Name") };
}

/** A project whose runbooks make a package of the golden space, bring it to the tenant's space, and tell how that stands to it. */
export async function ensureGoldenSpace(
  installer: Installer,
  options: GoldenSpaceOptions,
): Promise<{ project: OctopusDocument; runbooks: OctopusDocument[] }> {
  const { golden, sync, sets, groupId, builtInFeedId, placement } = options;
  const own = [sets.octopusServer, sets.thisInstance, ...(sets.gitHost === undefined ? [] : [sets.gitHost])];
  const project = await installer.ensure({
    label: "project",
    collection: "projects",
    name: nameGoldenSpaceProject(golden.name),
    create: {
      Description: `Brings what the space "${golden.name}" has to the managed spaces. Its variables are the secrets of what is brought.`,
      ProjectGroupId: groupId,
      LifecycleId: sync.lifecycle.Id,
      TenantedDeploymentMode: "TenantedOrUntenanted",
      IncludedLibraryVariableSetIds: own.map(({ Id }) => Id),
    },
    update: (current) => ({ IncludedLibraryVariableSetIds: including(current, own) }),
  });
  await ensureVariables(installer, project, [decisionsQuestion], []);
  const wanted = listRunbooks(options, project);
  await refuseMistakenNames(installer.space, project, wanted);
  const runbooks: OctopusDocument[] = [];
  for (const runbook of wanted) runbooks.push(await ensureRunbook(installer, runbook, placement));
  await ensureKeptPackages(installer, {
    project,
    environmentId: sync.environment.Id,
    builtInFeedId,
    packages: [{ packageId: packageIdOfSpace(golden) }],
  });
  return { project, runbooks };
}

function listRunbooks(options: GoldenSpaceOptions, project: OctopusDocument): WantedRunbook[] {
  const { golden, templates, publish, builtInFeedId, sets } = options;
  const carried = { project, environmentId: options.sync.environment.Id };
  const chosen = { packageId: packageIdOfSpace(golden), feedId: builtInFeedId };
  const lookParameters = (prefix: string): WantedRunbook["steps"][number]["properties"] => ({
    ...toSignInParameters(`${prefix}.Management`, thisInstanceSignIn),
    ...toSignInParameters(`${prefix}.`, managedTenantSignIn),
    [`${prefix}.Copies`]: "all",
    ...(sets.gitHost === undefined ? {} : toGitParameters(prefix)),
  });
  return [
    {
      ...carried,
      name: goldenSpaceNames.serialize,
      description: `Makes a package of the space "${golden.name}" and pushes it to the built-in feed.`,
      isTenanted: false,
      steps: [
        {
          name: "Serialize Space",
          ...templateOf(templates, "serialize-space"),
          properties: {
            ...toSignInParameters("SerializeSpace.", thisInstanceSignIn),
            "SerializeSpace.Space": golden.id,
            "SerializeSpace.PackageSpace": "#{Octopus.Space.Id}",
            "SerializeSpace.PackageId": chosen.packageId,
            "SerializeSpace.KeepingRunbook": keepingRunbook,
            ...(publish ? { "SerializeSpace.PublishedRunbook": goldenSpaceNames.deploy } : {}),
          },
        },
      ],
    },
    {
      ...carried,
      name: goldenSpaceNames.deploy,
      description: `Brings the newest package of the space "${golden.name}" to the tenant's space.`,
      isTenanted: true,
      steps: [
        lookUpSpace({ templates, createSpaces: options.createSpaces }),
        {
          name: "Deploy Space",
          ...templateOf(templates, "deploy-space"),
          properties: {
            ...toSignInParameters("DeploySpace.", managedTenantSignIn),
            "DeploySpace.SpaceId": lookedUpSpaceId,
            "DeploySpace.ReceiptKey": "#{ManagedSpaces.Receipt.Key}",
            "DeploySpace.Package": JSON.stringify({ PackageId: chosen.packageId, FeedId: chosen.feedId }),
          },
          packages: { "DeploySpace.Package": chosen },
        },
      ],
    },
    {
      ...carried,
      name: goldenSpaceNames.findUpdates,
      description:
        "Tells of all that was deployed to the tenant's space how far it is behind, and what people changed in it.",
      isTenanted: true,
      steps: [
        { name: "Find Updates", ...templateOf(templates, "find-updates"), properties: lookParameters("FindUpdates") },
        {
          name: "Preview Updates",
          ...templateOf(templates, "preview-updates"),
          properties: lookParameters("PreviewUpdates"),
        },
      ],
    },
  ];
}
