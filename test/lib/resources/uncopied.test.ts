import { expect, test } from "vitest";
import { resourceKinds } from "../../../lib/resources/index.ts";
import { uncopied } from "../../../lib/resources/uncopied.ts";
import { contract } from "../../published-contract.ts";

/** By the first word of its routes, the kind that comes along, or that has it as a part. */
const copied: Readonly<Record<string, string>> = {
  accounts: "account",
  actionTemplates: "stepTemplate",
  actiontemplates: "stepTemplate",
  certificates: "certificate",
  channels: "channel",
  deploymentfreezes: "deploymentFreeze",
  deploymentprocesses: "deploymentProcess",
  deploymentsettings: "deploymentSettings",
  environments: "environment",
  feeds: "feed",
  "git-credentials": "gitCredential",
  libraryvariablesets: "libraryVariableSet",
  lifecycles: "lifecycle",
  machinepolicies: "machinePolicy",
  machines: "machine",
  parentEnvironments: "parentEnvironment",
  projectgroups: "projectGroup",
  projects: "project",
  projecttriggers: "projectTrigger",
  proxies: "proxy",
  retentionpolicies: "retentionPolicy",
  runbookProcesses: "runbookProcess",
  runbooks: "runbook",
  scopeduserroles: "scopedUserRole",
  subscriptions: "subscription",
  tagsets: "tagSet",
  teams: "team",
  tenants: "tenant",
  tenantvariables: "tenantVariables",
  userroles: "userRole",
  users: "user",
  variables: "variableSet",
  workerpools: "workerPool",
  workers: "worker",
};

function listCollections(): string[] {
  const paths = Object.values(contract?.areas ?? {}).flatMap(({ endpoints }) => endpoints.map(({ path }) => path));
  const words = paths.map((path) => path.replace(/^\/api\/?(\{spaceId\}\/?|spaces\/\{spaceIdentifier\}\/?)?/, ""));
  return [...new Set(words.map((path) => path.split("/")[0] ?? ""))]
    .filter((word) => /^[a-z-]+$/i.test(word))
    .toSorted();
}

test("all that the API has comes along, or is told why it does not", ({ skip }) => {
  if (contract === undefined) return skip("OCTOPUS_API_CONTRACT does not name the data of the reference.");
  const collections = listCollections();
  expect(collections.filter((word) => copied[word] === undefined && uncopied[word] === undefined)).toEqual([]);
  expect(Object.keys({ ...copied, ...uncopied }).filter((word) => !collections.includes(word))).toEqual([]);
});

test("nothing comes along and is told not to, and what comes along is a kind", () => {
  const kinds = resourceKinds.map(({ id }) => id);
  expect(Object.keys(copied).filter((word) => uncopied[word] !== undefined)).toEqual([]);
  expect(Object.values(copied).filter((kind) => !kinds.includes(kind))).toEqual([]);
});
