import { propertiesOf } from "../install/process-steps.ts";
import { goldenSpaceNames, templateProjectNames } from "../install/runbook-names.ts";
import { objectsOf, textOf } from "../model/json.ts";
import type { HeldPackage } from "../octopus/held-packages.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { packageIdOf } from "../octopus/package-id.ts";
import { listPackageVersions } from "../octopus/packages.ts";
import { isSameName } from "../octopus/same-name.ts";
import { commandFor, listManagementRunbooks, type ManagementRunbook } from "./management.ts";

/** The package with the steps' programs. */
const runtimePackage = "managed-spaces";

interface Management {
  space: OctopusSpace;
  projects: OctopusDocument[];
  runbooks: ManagementRunbook[];
}

/** Whether the packages that management runbooks run from and deploy are in the built-in feed, and whether something keeps them there. */
export async function checkPackages(space: OctopusSpace): Promise<{ text: string; state?: "bad" }> {
  const projects = await space.list("/projects");
  const management = { space, projects, runbooks: await listManagementRunbooks(space, projects) };
  const sentences = [...(await checkRuntime(management)), ...(await checkTemplates(management))];
  if (sentences.length > 0) return { state: "bad", text: sentences.join(" ") };
  return { text: "what the management runbooks need is in the built-in feed, and is kept there" };
}

async function checkRuntime({ space, projects, runbooks }: Management): Promise<string[]> {
  const present = await listVersions(space, runtimePackage);
  const kept = versionsOf(
    runbooks.flatMap(({ held }) => held),
    runtimePackage,
  );
  const uses = runbooks.filter(({ isKeeper }) => !isKeeper).flatMap(listUses);
  const gone = uses.filter(({ version }) => !present.includes(version));
  const loose = uses.filter(({ version }) => present.includes(version) && !kept.includes(version));
  return [
    ...new Set([
      ...gone.map(
        ({ version, project }) =>
          `The package ${runtimePackage} ${version}, from which runbooks of "${project}" run, is gone from the built-in feed. Run ${commandFor(project, projects)}.`,
      ),
      ...loose.map(({ version }) => `${describeLoose(runtimePackage, version)} Run managed-spaces install.`),
    ]),
  ];
}

/** Versions of the package with the programs that the runbook's next run needs: of its steps as they are, and as they are published. */
function listUses({ project, actions, held }: ManagementRunbook): { project: string; version: string }[] {
  const references = actions.flatMap((action) => objectsOf(action, "Packages"));
  const drafted = references.map((one) => ({ packageId: textOf(one, "PackageId"), version: textOf(one, "Version") }));
  const versions = versionsOf([...drafted, ...held], runtimePackage).filter((version) => version !== "");
  return versions.map((version) => ({ project, version }));
}

async function checkTemplates(management: Management): Promise<string[]> {
  const makers = management.runbooks.filter(({ name }) => serializing.some((one) => isSameName(name, one)));
  const sentences: string[] = [];
  for (const maker of makers) sentences.push(...(await checkTemplate(management, maker)));
  return sentences;
}

/** Runbooks that make the packages which others deploy. */
const serializing = [templateProjectNames.serialize, goldenSpaceNames.serialize];

/** As its step says; a step may name the project or the package, and without that packs the project that it is in. */
function findPackageId({ project, actions }: ManagementRunbook): string {
  const given = (name: string): string | undefined =>
    actions.map((action) => textOf(propertiesOf(action), name)).find((value) => value !== "" && !value.includes("#{"));
  return given("SerializeSpace.PackageId") ?? packageIdOf(given("SerializeProject.Project") ?? project);
}

async function checkTemplate({ space, projects, runbooks }: Management, maker: ManagementRunbook): Promise<string[]> {
  const { project } = maker;
  const packageId = findPackageId(maker);
  const present = await listVersions(space, packageId);
  const held = versionsOf(
    runbooks.filter((runbook) => runbook.project === project).flatMap((runbook) => runbook.held),
    packageId,
  );
  if (held.some((version) => !present.includes(version)))
    return [
      `The package ${packageId}, which runbooks of "${project}" deploy, is gone from the built-in feed. Run "${maker.name}" there.`,
    ];
  const [newest] = present;
  if (newest === undefined || held.includes(newest)) return [];
  return [`${describeLoose(packageId, newest)} Run ${commandFor(project, projects)}.`];
}

async function listVersions(space: OctopusSpace, packageId: string): Promise<string[]> {
  return (await listPackageVersions(space, packageId)).map(({ version }) => version);
}

function versionsOf(packages: HeldPackage[], packageId: string): string[] {
  return packages.filter((one) => isSameName(one.packageId, packageId)).map(({ version }) => version);
}

function describeLoose(packageId: string, version: string): string {
  return `Nothing keeps the package ${packageId} ${version} in the built-in feed, where retention deletes what is old.`;
}
