import fc from "fast-check";
import { expect, test } from "vitest";
import { listOclIds } from "../../../lib/ocl/list-ids.ts";
import { listOclReferences } from "../../../lib/ocl/list-references.ts";
import { translateReferences } from "../../../lib/ocl/translate-references.ts";
import { ParameterError } from "../../../lib/step/errors.ts";
import { oclLike } from "../../ocl/ocl-like.ts";

const process = `step "approve" {
    properties = {
        octopus.action.targetroles = "web"
    }

    action {
        action_type = "Octopus.Manual"
        channels = ["default"]
        environments = ["production", "test"]
        properties = {
            Octopus.Action.Email.BCCTeamIds = "managers"
            Octopus.Action.Manual.ResponsibleTeamIds = "managers, #{if A}a,managers#{/if},global/managers"
            Octopus.Action.Azure.AccountId = "#{Account}"
            Octopus.Action.ArgoCD.Sync.Environments = "Environments-1,Environments-2"
            Octopus.Action.Template.Id = "ActionTemplates-5"
            Push.Package = "{\\"PackageId\\":\\"app\\",\\"FeedId\\":\\"github\\"}"
            Push.Pool = "WorkerPools-3"
            Push.Text = "Environments-1 and others"
        }
        tenant_tags = ["Tier/Gold"]

        git_dependencies {
            git_credential_id = "GitCredentials-1"
            git_credential_type = "Library"
        }

        inputs {
            account = "Accounts-201"

            image {
                feedId = "Feeds-1467"
                name = "sg-1"
            }
        }
    }
}

process_template "scan" {
    process_template_slug = "scan"

    parameter "Pool" {
        value = "WorkerPools-3"
    }
}
`;

test("slugs and ids that a process names are told apart", () => {
  const tell = ({ kind, slug, usedBy }: { kind: string; slug: string; usedBy: string }): string =>
    `${kind} ${slug} of ${usedBy}`;
  expect(listOclReferences(process, "p.ocl").map(tell)).toEqual([
    'environment production of the step "approve" in p.ocl',
    'environment test of the step "approve" in p.ocl',
    'team managers of the step "approve" in p.ocl',
    'team managers of the step "approve" in p.ocl',
    'team global/managers of the step "approve" in p.ocl',
    'feed github of the step "approve" in p.ocl',
    'tag Tier/Gold of the step "approve" in p.ocl',
  ]);
  expect(listOclIds(process, "p.ocl").map(tell)).toEqual([
    'environment Environments-1 of the step "approve" in p.ocl',
    'environment Environments-2 of the step "approve" in p.ocl',
    'workerPool WorkerPools-3 of the step "approve" in p.ocl',
    'gitCredential GitCredentials-1 of the step "approve" in p.ocl',
    'account Accounts-201 of the step "approve" in p.ocl',
    'feed Feeds-1467 of the step "approve" in p.ocl',
    'workerPool WorkerPools-3 of the step "scan" in p.ocl',
  ]);
});

test("slugs and ids become those of another space, each in its line, and texts with a variable stay", () => {
  const translated = translateReferences(process, {
    account: { "Accounts-201": "Accounts-7", Account: "other" },
    channel: { default: "main" },
    environment: { production: "live", "Environments-1": "Environments-91" },
    feed: { github: "github-2", "Feeds-1467": "Feeds-2" },
    gitCredential: { "GitCredentials-1": "GitCredentials-8" },
    tag: { "Tier/Gold": "Tier/Best $& one" },
    team: { managers: "leads" },
    workerPool: { "WorkerPools-3": "WorkerPools-4" },
    stepTemplate: { "ActionTemplates-5": "ActionTemplates-9" },
  });

  const before = process.split("\n");
  const changed = translated.split("\n").filter((line, index) => line !== before[index]);
  expect(changed.map((line) => line.trim())).toEqual([
    'channels = ["main"]',
    'environments = ["live", "test"]',
    'Octopus.Action.Email.BCCTeamIds = "leads"',
    'Octopus.Action.Manual.ResponsibleTeamIds = "leads, #{if A}a,managers#{/if},global/managers"',
    'Octopus.Action.ArgoCD.Sync.Environments = "Environments-91,Environments-2"',
    'Push.Package = "{\\"PackageId\\":\\"app\\",\\"FeedId\\":\\"github-2\\"}"',
    'Push.Pool = "WorkerPools-4"',
    'tenant_tags = ["Tier/Best $& one"]',
    'git_credential_id = "GitCredentials-8"',
    'account = "Accounts-7"',
    'feedId = "Feeds-2"',
    'value = "WorkerPools-4"',
  ]);
  expect(translated.split("\n")).toHaveLength(before.length);
});

test("values of variables are translated by the type that they or their variable have", () => {
  const variables = `variable "Account" {
    type = "AzureAccount"

    value "azure" {
        environment = ["test"]
    }
}

variable "Plain" {
    value "azure" {}

    value {
        type = "Certificate"
        value = "Certificates-1"
    }
}`;
  const names = { account: { azure: "azure-2" }, certificate: { "Certificates-1": "Certificates-2" } };

  expect(translateReferences(variables, names)).toBe(
    variables.replace('value "azure" {\n', 'value "azure-2" {\n').replace("Certificates-1", "Certificates-2"),
  );
});

test("names that every object has are no slugs", () => {
  const text = 'environments = ["constructor", "__proto__", "toString"]';
  expect(translateReferences(text, { environment: {} })).toBe(text);
});

test("translated there and back a file is the same again, whatever it holds", () => {
  const words = ["a", "aa", "é", "𠮷", "}", "="];
  const there = Object.fromEntries(words.map((word) => [word, `${word}-in-another-space`]));
  const back = Object.fromEntries(words.map((word) => [`${word}-in-another-space`, word]));
  const kinds = ["environment", "workerPool", "feed", "machine", "tag", "team", "account", "project", "channel"];
  const ofKinds = (names: Record<string, string>): Record<string, Record<string, string>> =>
    Object.fromEntries(kinds.map((kind) => [kind, names]));
  let translated = 0;
  fc.assert(
    fc.property(oclLike, fc.constantFrom("worker_pool", "environments", "feed"), (wild, name) => {
      const text = wild.replaceAll(/(?<![\p{L}\p{Nd}_"])(?:a|b|step|x1|é)(?= ?=)/gu, name);
      try {
        const other = translateReferences(text, ofKinds(there));
        if (other !== text) translated += 1;
        expect(translateReferences(other, ofKinds(back))).toBe(text);
      } catch (error) {
        if (!(error instanceof ParameterError)) throw error;
      }
    }),
    { numRuns: 3000 },
  );
  expect(translated).toBeGreaterThan(10);
});
