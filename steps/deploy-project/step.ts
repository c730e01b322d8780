import { commitParameters } from "../../lib/copies/commit-parameters.ts";
import { gitParameters } from "../../lib/copies/copy-parameters.ts";
import {
  deploymentOutputs,
  missingParameters,
  onlyPlanParameters,
  decisionParameters,
  overwriteParameters,
  receiptKeyParameters,
  rehearsalParameters,
  sendAllSecretsParameters,
} from "../../lib/deployment/deployment-parameters.ts";
import { mappingParameters } from "../../lib/deployment/mapping-parameters.ts";
import { setOutputs } from "../../lib/deployment/set-outputs.ts";
import { connect } from "../../lib/octopus/connect.ts";
import { managedSpaceParameters } from "../../lib/octopus/connection-parameters.ts";
import { openSpace } from "../../lib/octopus/spaces.ts";
import { warnOfOldServers } from "../../lib/octopus/supported-servers.ts";
import { defineStep } from "../../lib/step/define-step.ts";
import { during } from "../../lib/step/errors.ts";
import { checkbox, packageReference, select, text, url } from "../../lib/step/parameters.ts";
import { loadDuring, readAhead } from "../../lib/step/read-ahead.ts";
import { readProjectName } from "../../lib/step/read-project-name.ts";

export const step = defineStep({
  id: "8e0a6c17-94b5-4f0e-b1d3-62c7f5a9de04",
  name: "Managed Spaces - Deploy Project",
  version: 1,
  prefix: "DeployProject",
  description:
    "Brings the project in a package that Serialize Project made to a managed space, over the REST API. What people changed in the space since the last deployment is kept and reported. " +
    "Safe to run again: what is in place is not written.",

  parameters: {
    package: packageReference({ label: "Package", help: "The package that Serialize Project pushed." }),
    ...managedSpaceParameters({
      may: "edit projects and library variable sets in the managed space",
      space: "In a run that makes the space, the output `SpaceId` of the step Look Up Space.",
    }),
    projectName: text({
      label: "Project Name",
      help: "What the project is called in the managed space. Blank, or a variable without a value, for its own name.",
      default: "#{Exported.Project.Name}",
      optional: true,
      keepTokens: true,
    }),
    ...receiptKeyParameters(),
    ...overwriteParameters("package"),
    ...decisionParameters(),
    adoptExistingProject: checkbox({
      label: "Adopt an Existing Project",
      help: "Whether a project that has the name already, and that this step did not make, becomes the copy. What differs in it is kept and reported, unless downstream changes are overwritten.",
      default: false,
    }),
    anotherCopy: checkbox({
      label: "Make Another Copy",
      help: "Whether the space gets a copy beside the one that it has of the same template. Without it a new project name renames the copy.",
      default: false,
    }),
    deletedCopy: select({
      label: "When the Copy Was Deleted",
      help: "What to do when an earlier deployment made the project, and people deleted it since.",
      options: { fail: "Fail, and leave it deleted", make: "Make it again" },
      default: "fail",
    }),
    ...sendAllSecretsParameters(),
    ...missingParameters(),
    ...mappingParameters(),
    publishRunbooks: checkbox({
      label: "Publish Runbooks",
      help: "Whether runbooks that are published in the template are published in the copy, too: at first, and whenever a deployment changes them. One that people changed in the managed space is left for them to publish.",
      default: false,
    }),
    gitUrl: url({
      label: "Git URL",
      help: "For a project in Git: the repository of this copy, such as the output `CloneUrl` of the step Fork Repository. Blank for the one it has already.",
      optional: true,
    }),
    gitCredential: text({
      label: "Git Credential",
      help: "For a project in Git: name of the Git credential in the managed space that the copy uses. Blank for one of the same name as the template's.",
      optional: true,
    }),
    ...gitParameters({ scopes: "read and write the copy's repository, and read the template's" }),
    ...commitParameters(),
    ...rehearsalParameters(),
    ...onlyPlanParameters(),
  },

  outputs: {
    ProjectId:
      "Id of the project in the managed space, such as `Projects-42`. Empty when it does not exist yet and the step only plans.",
    ProjectUrl: "Address of the project.",
    Created: "`True` when this run made the project.",
    ...deploymentOutputs,
  },

  examples: [
    { title: "The newest package for the tenant of the run", parameters: {} },
    { title: "What would change", parameters: { onlyPlan: "True" } },
  ],

  async run({ input, log, setOutput, mask, readVariable, signal, workingDirectory, now }) {
    const octopus = connect(input, { log, mask, signal, readVariable });
    const opening = readAhead(openSpace(octopus, input.spaceId));
    const later = await loadDuring(opening, () => import("./later.ts"));
    const packageName = `${input.package.id}.${input.package.version}`;
    const packed = later.requireProject(later.readPackage(input.package.path, packageName), packageName);
    const asked = readProjectName(input.projectName);

    const rehearsed = { what: "package", ...input.package } as const;
    await later.demandRehearsal(input, rehearsed, { log, mask, readVariable, signal, now });
    const outcome = await during(`deploy the project "${asked ?? packed.source.project.name}"`, async () => {
      const space = await opening;
      await warnOfOldServers([octopus], log);
      const manifest = await later.mapPackage(packed, await later.findMapping(input), { space, readVariable, log });
      return later.deployProject({
        manifest,
        version: input.package.version,
        projectName: asked ?? manifest.root.key.at(-1) ?? "",
        space,
        ...later.readDeployment(input, { log, mask, readVariable, now }),
        adopt: input.adoptExistingProject,
        isAnother: input.anotherCopy,
        makesAgain: input.deletedCopy === "make",
        publishRunbooks: input.publishRunbooks,
        readPackageFile: later.openPackageFiles(input.package.path, packageName),
        git: {
          url: input.gitUrl,
          credential: input.gitCredential,
          createAccess: (templateUrl) =>
            later.createGitAccess({
              ...input,
              openHost: later.openHostAccess,
              templateUrl,
              signal,
              onSecret: mask,
              log,
            }),
          identity: later.toCommitIdentity(input, { now }),
          workingDirectory,
          signal,
        },
      });
    });

    setOutput("ProjectId", outcome.projectId);
    setOutput("ProjectUrl", outcome.projectUrl);
    setOutput("Created", outcome.isCreated ? "True" : "False");
    setOutputs({ log, setOutput }, outcome, octopus.requestCount);
  },
});
