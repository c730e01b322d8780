import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gitParameters, templateParameters } from "../../lib/copies/copy-parameters.ts";
import { createGitAccess } from "../../lib/copies/git-access.ts";
import { count } from "../../lib/copies/describe-update.ts";
import { createInstanceAccess } from "../../lib/fleet/instance-access.ts";
import { listSignInSecrets } from "../../lib/git-hosts/read-sign-in.ts";
import { connectToManagement } from "../../lib/octopus/connect.ts";
import { openSpace } from "../../lib/octopus/spaces.ts";
import { warnOfOldServers } from "../../lib/octopus/supported-servers.ts";
import { findTaskUrl } from "../../lib/octopus/task-url.ts";
import { defineStep, type StepContext } from "../../lib/step/define-step.ts";
import { ConflictError, during, lowerFirst, ParameterError, StepError } from "../../lib/step/errors.ts";
import { checkbox, multilineText, text } from "../../lib/step/parameters.ts";
import { loadDuring, readAhead } from "../../lib/step/read-ahead.ts";
import { describeSubject } from "../../lib/validation/subject.ts";
import { stateOf, type Validation } from "../../lib/validation/validation.ts";

export const step = defineStep({
  id: "88199449-6f92-49a4-bec2-0dbb3c43456f",
  name: "Managed Spaces - Validate Branch",
  version: 1,
  prefix: "ValidateBranch",
  description:
    "Tells before a merge what a branch or a pull request of a template in Git, or of a copy of it, would break: files that Octopus could not load, names, variables, secrets and scripts that are missing in the template's space or in a managed space, and copies that would be in conflict. Answers as a commit status and one comment on the pull request. Runs nothing of the branch, and changes no space.",

  parameters: {
    ...templateParameters(),
    branch: text({
      label: "Branch",
      help: "Name of a branch to validate. Blank, with no pull request either, for all open pull requests that have no answer yet.",
      optional: true,
      mayBeUnresolved: true,
    }),
    pullRequest: text({
      label: "Pull Request",
      help: "Number of a pull request to validate.",
      optional: true,
      mayBeUnresolved: true,
    }),
    repository: text({
      label: "Repository",
      help: "Where the branch or pull request is: the address, or owner and name such as `acme/web`, of a copy's repository. Blank for the template's.",
      optional: true,
      mayBeUnresolved: true,
    }),
    payload: multilineText({
      label: "Payload",
      help: "What a Git host or a job of its CI told of a push or a pull request, as JSON, where the run can read it: then that is validated.",
      optional: true,
      mayBeUnresolved: true,
    }),
    withCopies: checkbox({
      label: "Pull Requests of Copies",
      help: "Whether all open pull requests means those of the copies' repositories as well.",
      default: false,
    }),
    deployingProject: text({
      label: "Deploying Project",
      help: "Name of the project whose runbook deploys: its variables are what such a run knows besides the tenant's.",
      default: "#{Octopus.Project.Name}",
      optional: true,
      mayBeUnresolved: true,
    }),
    ...gitParameters({ scopes: "read the repositories, set commit statuses and comment on pull requests" }),
    statusName: text({
      label: "Status Name",
      help: "What the check is called beside a commit. Another one for each template where several share a repository.",
      default: "managed-spaces/validate",
    }),
    failOnProblems: checkbox({
      label: "Fail on Problems",
      help: "Whether this step fails when it found problems. Those that could not be checked fail it in any case.",
      default: false,
    }),
    onlyPlan: checkbox({
      label: "Only Plan",
      help: "No space is changed in any case. With this, nothing is told to the Git host either.",
      default: false,
    }),
  },

  outputs: {
    Problems: "How many problems were found.",
    Validated: "How many branches and pull requests were validated.",
    Lists:
      "Each of them, as JSON: a list with its `repository`, `branch`, `number`, `commit`, `state`, and `problems`, `unknown` and `remarks` in words.",
  },

  examples: [
    { title: "All open pull requests of the template that have no answer yet", parameters: {} },
    { title: "Those of the copies as well", parameters: { withCopies: "True" } },
    { title: "A branch, telling nobody", parameters: { branch: "better-steps", onlyPlan: "True" } },
  ],

  async run({ input, log, setOutput, attach, mask, readVariable, workingDirectory, signal, now }) {
    const octopus = connectToManagement(input, { log, mask, signal, readVariable });
    const opening = readAhead(openSpace(octopus, input.managementSpaceId));
    const later = await loadDuring(opening, () => import("./later.ts"));
    const management = await opening;
    await warnOfOldServers([octopus], log);
    const number = readNumber(input.pullRequest);
    const aliases = [readVariable("ThisInstance.Server.Url") ?? ""].filter((url) => url !== "");
    const access = createInstanceAccess({ management: octopus, aliases, readVariable, run: { log, mask, signal } });
    const secrets = listSecrets(input);
    const taskUrl = findTaskUrl(readVariable);
    const { branch, repository, payload, withCopies, statusName, onlyPlan } = input;
    const asked = { branch, number, repository, payload, withCopies };
    const validations = await during(`validate branches of the project "${input.project}"`, async () => {
      const open = await later.openValidation({
        management,
        access,
        project: input.project,
        deployingProject: input.deployingProject ?? "",
        createGitAccess: (templateUrl) =>
          createGitAccess({ ...input, templateUrl, openHost: later.createGitHost, signal, onSecret: mask, log }),
        readVariable,
        workingDirectory,
        signal,
        log,
      });
      try {
        if (open.host !== undefined)
          await later.warnOfExpiry(open.host, open.template.path?.owner, { log, now: now() });
        return await later.validate(open, asked, { statusName, onlyPlan, taskUrl, secrets });
      } finally {
        await open.close();
      }
    });

    for (const { text: line, isGood } of validations.flatMap(later.listLines)) log[isGood ? "info" : "warn"](line);
    const page = join(workingDirectory, "validation.html");
    await writeFile(page, later.renderValidations(validations, { template: input.project, secrets }));
    attach(page, `Validation of ${input.project}.html`);
    setOutputs(validations, setOutput);
    log.verbose(`${access.countRequests()} requests to Octopus`);
    log.highlight(summarize(validations, input.project));
    refuse(validations, input);
  },
});

/** @throws {@link ParameterError} for what is no number of a pull request */
function readNumber(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const number = Number(given.trim().replace(/^[#!]/, ""));
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new ParameterError(`The pull request "${given}" is no number. Enter one such as 5, or leave it blank.`);
}

function listSecrets(input: {
  gitToken: string | undefined;
  gitUsername: string | undefined;
  templateGitToken: string | undefined;
  managementApiKey: string | undefined;
  managementOidcToken: string | undefined;
}): string[] {
  const { templateGitToken, managementApiKey, managementOidcToken } = input;
  const others = [templateGitToken, managementApiKey, managementOidcToken];
  return [...listSignInSecrets(input), ...others.filter((value) => value !== undefined)];
}

function setOutputs(
  validations: readonly Validation[],
  setOutput: StepContext<unknown, "Problems" | "Validated" | "Lists">["setOutput"],
): void {
  setOutput("Problems", String(countProblems(validations)));
  setOutput("Validated", String(validations.length));
  setOutput(
    "Lists",
    JSON.stringify(
      validations.map(({ subject, commit, findings, failure, ...validation }) => ({
        repository: subject.repository.url,
        branch: subject.branch,
        ...(subject.request !== undefined && { number: subject.request.number }),
        commit,
        state: stateOf({ ...validation, findings, ...(failure !== undefined && { failure }) }),
        ...(failure !== undefined && { failure }),
        problems: findings.problems.map((one) => one.text),
        unknown: findings.unknown.map((one) => one.text),
        remarks: findings.remarks.map((one) => one.text),
      })),
    ),
  );
}

function countProblems(validations: readonly Validation[]): number {
  return validations.reduce((sum, { findings }) => sum + findings.problems.length, 0);
}

function summarize(validations: readonly Validation[], project: string): string {
  if (validations.length === 0) return `Nothing of "${project}" waits to be validated.`;
  const [only] = validations;
  const problems = countProblems(validations);
  const found = problems === 0 ? "no problem" : count(problems, "problem");
  const what =
    validations.length === 1 && only !== undefined
      ? `the ${describeSubject(only.subject)}`
      : count(validations.length, "branch or pull request", "branches and pull requests");
  return `Validated ${what} of "${project}": ${found}.`;
}

/** After everything else was told. */
function refuse(validations: readonly Validation[], { failOnProblems }: { failOnProblems: boolean }): void {
  const failed = validations.flatMap(({ subject, failure }) => (failure === undefined ? [] : [{ subject, failure }]));
  const [first] = failed;
  if (first !== undefined)
    throw new StepError(
      `Failed to validate the ${describeSubject(first.subject)}${failed.length === 1 ? "" : ` and ${failed.length - 1} more`}: ${lowerFirst(first.failure)}`,
    );
  const problems = countProblems(validations);
  if (failOnProblems && problems > 0)
    throw new ConflictError(
      `The validation found ${count(problems, "problem")}. Look at the page of this task, and correct the branch.`,
    );
}
