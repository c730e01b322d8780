import type { MissingStepTemplates } from "../../lib/compare/bind-step-templates.ts";
import type { Plan } from "../../lib/compare/compare-graph.ts";
import type { MissingSecrets } from "../../lib/compare/secrets.ts";
import { deployPackage, type CopyHooks, type PackageDeployment } from "../../lib/deployment/deploy-package.ts";
import type { ProjectManifest } from "../../lib/graph/manifest.ts";
import { targetId } from "../../lib/model/graph.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { openReceipts } from "../../lib/receipts/receipts.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import { bringExtras } from "./bring-extras.ts";
import type { BroughtExtras } from "./brought-extras.ts";
import { findOwnProject, type OwnProject } from "../../lib/deployment/find-own-project.ts";
import { describeCopy, openGitCopy, type GitCopy, type GitOptions } from "./git-copy.ts";
import { findTemplateRepository } from "../../lib/copies/localize-manifest.ts";
import { reportProject, type DeployProjectOutcome } from "./report-project.ts";

export interface DeployProjectOptions {
  manifest: ProjectManifest;
  /** The package's. */
  version: string;
  /** What the project is called in the managed space. */
  projectName: string;
  space: OctopusSpace;
  /** One Octopus variable of this run. */
  readSecret: (variable: string) => string | undefined;
  receiptKey: string | undefined;
  /** Whether secrets are sent that may be there already, since the receipt key is another one. */
  sendsAllSecrets: boolean;
  overwrite: boolean;
  /** What people decide about conflicts in this run. */
  given?: PackageDeployment["given"];
  adopt: boolean;
  /** Whether it is a copy beside those that the space has of the template. */
  isAnother: boolean;
  /** Whether a copy that people deleted is made again. */
  makesAgain: boolean;
  missingStepTemplates: MissingStepTemplates;
  missingSecrets: MissingSecrets;
  git: GitOptions;
  /** Whether runbooks that are published in the template are published in the copy. */
  publishRunbooks: boolean;
  readPackageFile: (path: string) => string | undefined;
  onlyPlan: boolean;
  log: StepLog;
}

/** {@link deployPackage} of a project, with what belongs to it beside its resources. */
export async function deployProject(given: DeployProjectOptions): Promise<DeployProjectOutcome> {
  const { projectName } = given;
  const receipts = await openReceipts(given.space);
  const isInGit = findTemplateRepository(given.manifest) !== undefined;
  const own = await findOwnProject({ ...given, receipts, isInGit });
  if (own.isMadeAgain === true)
    given.log.warn(
      `People deleted the copy that version ${own.receipt?.version ?? ""} was deployed to (${own.receipt?.project ?? ""}): it is made again.`,
    );
  const gitCopy = await openGitCopy(given, own.receipt);
  const options = { ...given, manifest: gitCopy?.manifest ?? given.manifest };
  try {
    const { plan, brought, undecided } = await deployPackage(
      { ...options, asked: projectName, receipts, own },
      {
        projectName,
        copyName: `"${projectName}"`,
        ...(gitCopy !== undefined && toHooks(gitCopy)),
        bring: (planned) => bringAlong(options, { own, plan: planned }),
      },
    );
    return reportProject(options, { plan, brought, undecided });
  } finally {
    await gitCopy?.files?.close();
  }
}

function toHooks(gitCopy: GitCopy): Pick<CopyHooks<BroughtExtras>, "problems" | "onStepTemplates" | "describeCopy"> {
  const { files } = gitCopy;
  return {
    ...(files !== undefined && { problems: files.problems }),
    onStepTemplates: async (known) => files?.writeNames(known),
    describeCopy: (details) => describeCopy(gitCopy, details),
  };
}

function bringAlong(
  options: DeployProjectOptions,
  { own, plan }: { own: OwnProject; plan: Plan },
): Promise<BroughtExtras> {
  const { manifest, space, projectName, overwrite, onlyPlan } = options;
  const root = plan.resources.find(({ target }) => targetId(target) === targetId(manifest.root));
  return bringExtras({
    space,
    resources: plan.resources,
    projectName,
    overwrite,
    onlyPlan,
    extras: manifest.extras ?? {},
    projectId: root?.id ?? "",
    recorded: own.receipt?.upstream ?? {},
    isResumed: own.memory.pending.length > 0,
    publish: options.publishRunbooks,
    readFile: options.readPackageFile,
  });
}
