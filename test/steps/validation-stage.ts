import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import {
  openPull,
  type StandInPull,
  type StandInRepository,
  type StandInStatus,
} from "../git-hosts-stand-ins/stand-in.ts";
import type { Edit } from "../git-server/edit-repository.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { step as validateBranch } from "../../steps/validate-branch/step.ts";
import { gitToken, startCopies, templateName, type CopiesStage } from "./copies-stage.ts";
import { prepareTenants } from "./rehearsal-stage.ts";

type Files = Edit["files"];

/** A template in Git, copies of it, the tenant of their space, and people who open pull requests. */
export interface ValidationStage extends CopiesStage {
  /** A branch from the newest commit of the repository's default branch, and a pull request that brings it. */
  propose(repository: StandInRepository, branch: string, files: Files): StandInPull;
  /** The same from a fork by somebody else. */
  proposeFromFork(repository: StandInRepository, branch: string, files: Files): StandInPull;
  validate(parameters?: Record<string, string>, variables?: Record<string, string>): Promise<ValidationRun>;
  /** The newest answer beside the newest commit of a request. */
  statusOf(repository: StandInRepository, pull: StandInPull): StandInStatus | undefined;
  addTenant(name: string, values: Record<string, unknown>): Promise<string>;
}

export interface ValidationRun extends StepRecording {
  page: string;
  /** All messages, one a line. */
  told: string;
  error: string;
}

export const statusName = "managed-spaces/validate";

/** @param instance - by which address the tenant's space is reached: by another one it is another instance, with a key of its own */
export async function startValidation({
  instance = (url) => url,
}: { instance?: (url: string) => string } = {}): Promise<ValidationStage> {
  const stage = await startCopies();
  const { octopus, standIn, template } = stage;
  const [environment] = await stage.management.list("/environments");
  const addTenant = await prepareTenants(
    { ...octopus, upstream: stage.management },
    { projectId: template.Id, environmentId: environment?.Id },
  );
  await addTenant("America", {
    "ManagedTenant.Octopus.Url": instance(octopus.url),
    "ManagedTenant.Octopus.SpaceId": stage.managedSpace.id,
  });
  const headOf = (repository: StandInRepository, { head, from }: StandInPull): string =>
    stage.head(from ?? repository, head);

  return {
    ...stage,
    addTenant,
    propose(repository, branch, files) {
      stage.edit(repository, { branch, parents: [stage.head(repository)], files, message: `Change ${branch}` });
      return openPull(standIn, repository, { head: branch });
    },
    proposeFromFork(repository, branch, files) {
      const fork = standIn.add("mallory", repository.name, { parent: repository });
      rmSync(standIn.pathOf(fork), { recursive: true });
      cpSync(standIn.pathOf(repository), standIn.pathOf(fork), { recursive: true });
      stage.edit(fork, { branch, parents: [stage.head(fork)], files, message: `Change ${branch}` });
      return openPull(standIn, repository, { head: branch, from: fork });
    },
    async validate(parameters = {}, variables = {}) {
      const workingDirectory = mkdtempSync(join(tmpdir(), "validation-"));
      onTestFinished(() => rmSync(workingDirectory, { recursive: true, force: true }));
      const recording = createStepContext({
        step: validateBranch,
        parameters: {
          managementServerUrl: octopus.url,
          managementApiKey: octopus.apiKey,
          managementSpaceId: "Spaces-1",
          project: templateName,
          gitToken,
          ...parameters,
        },
        variables,
        workingDirectory,
      });
      const error = await recording.run().then(
        () => "",
        (reason: unknown) => (reason instanceof Error ? reason.message : String(reason)),
      );
      const [attachment] = recording.attachments;
      const left = readdirSync(workingDirectory).filter((name) => name !== "validation.html");
      if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
      return {
        ...recording,
        error,
        told: recording.log.map(({ message }) => message).join("\n"),
        page: attachment === undefined ? "" : readFileSync(attachment.path, "utf8"),
      };
    },
    statusOf: (repository, pull) => repository.statuses.get(headOf(repository, pull))?.get(statusName),
  };
}
