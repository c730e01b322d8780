import { expect, test } from "vitest";
import type { Key, Remark, Target } from "../../../lib/model/graph.ts";
import { leaveOut, type Exclusions, type ReadResource } from "../../../lib/graph/leave-out.ts";
import { matchNames } from "../../../lib/graph/name-patterns.ts";
import type { JsonObject } from "../../../lib/model/json.ts";
import { getKind } from "../../../lib/resources/index.ts";

const targets: Record<string, Target> = {
  "Environments-1": { kind: "environment", key: ["Development"] },
  "Environments-2": { kind: "environment", key: ["Sync"] },
  "LibraryVariableSets-1": { kind: "libraryVariableSet", key: ["Export Options"] },
  "LibraryVariableSets-2": { kind: "libraryVariableSet", key: ["Common"] },
  "Channels-1": { kind: "channel", key: ["Hello", "Beta"] },
  "Runbooks-1": { kind: "runbook", key: ["Hello", "__ Hidden"] },
  "Runbooks-2": { kind: "runbook", key: ["Hello", "Restart"] },
  deploy: { kind: "action", key: ["Hello", "Deploy"] },
  sync: { kind: "action", key: ["Hello", "Sync it"] },
  hidden: { kind: "action", key: ["Hello", "__ Hidden", "Run"] },
};

const nothing = matchNames([]);
const exclude: Exclusions = {
  libraryVariableSets: matchNames(["Export Options"]),
  variables: matchNames(["Private\\..*"]),
  runbooks: matchNames(["__ .*"]),
  channels: matchNames(["Beta"]),
  triggers: nothing,
  environments: matchNames(["Sync"]),
};

function resource(kind: string, key: Key, fields: JsonObject, owner?: Target): ReadResource {
  return {
    kind: getKind(kind),
    key,
    document: { Id: key.join("/"), ...fields },
    ...(owner === undefined ? {} : { owner }),
  };
}

function leave(...resources: ReadResource[]): { documents: Record<string, JsonObject>; remarks: string[] } {
  const remarks: Remark[] = [];
  const names = {
    spaceId: "Spaces-1",
    find: (id: string) => targets[id],
    findTag: () => undefined,
    findStepTemplate: () => undefined,
  };
  const kept = leaveOut(resources, exclude, { names, remarks });
  return {
    documents: Object.fromEntries(kept.map(({ kind, key, document }) => [`${kind.id} ${key.join("/")}`, document])),
    remarks: remarks.map(({ about, text }) => `${about.key.join("/")}: ${text}`),
  };
}

function variables(...all: JsonObject[]): ReadResource {
  return resource("variableSet", ["Hello"], { Variables: all });
}

test("an excluded environment is taken out of a scope that has others", () => {
  const { documents } = leave(variables({ Name: "A", Scope: { Environment: ["Environments-1", "Environments-2"] } }));
  expect(documents["variableSet Hello"]?.["Variables"]).toEqual([
    { Name: "A", Scope: { Environment: ["Environments-1"] } },
  ]);
});

test.each<JsonObject>([
  { Environment: ["Environments-2"] },
  { Channel: ["Channels-1"] },
  { ProcessOwner: ["Runbooks-1"] },
  { Action: ["hidden"] },
  { Environment: ["Environments-2"], Role: ["web"] },
])("a value only for %j is left out rather than widened", (Scope) => {
  const { documents, remarks } = leave(
    resource("channel", ["Hello", "Beta"], {}),
    resource("runbook", ["Hello", "__ Hidden"], {}),
    variables({ Name: "A", Scope }),
  );
  expect(documents["variableSet Hello"]?.["Variables"]).toEqual([]);
  expect(remarks).toEqual([expect.stringMatching(/^Hello\/A: left out: it is only for /)]);
});

test("an excluded variable leaves without a word", () => {
  expect(leave(variables({ Name: "Private.Key", Scope: {} }))).toEqual({
    documents: { "variableSet Hello": expect.objectContaining({ Variables: [] }) },
    remarks: [],
  });
});

test("a step only for an excluded environment is left out, and what points to it with it", () => {
  const steps = [
    { Name: "Deploy", Actions: [{ Name: "Deploy", Environments: [] }] },
    { Name: "Sync it", Actions: [{ Name: "Sync it", Environments: ["Environments-2"] }] },
  ];
  const { documents, remarks } = leave(
    resource("channel", ["Hello", "Default"], {
      Rules: [
        { ActionPackages: [{ DeploymentAction: "Sync it", PackageReference: "" }] },
        { ActionPackages: [{ DeploymentAction: "Deploy", PackageReference: "" }] },
      ],
    }),
    resource("deploymentProcess", ["Hello"], { Steps: steps }),
    variables({ Name: "A", Scope: { Action: ["sync"] } }, { Name: "B", Scope: { Action: ["sync", "deploy"] } }),
    resource("deploymentSettings", ["Hello"], {
      VersioningStrategy: {
        DonorPackage: { DeploymentAction: "Sync it", PackageReference: "" },
        DonorPackageStepId: "sync",
      },
    }),
  );
  expect(documents["deploymentProcess Hello"]?.["Steps"]).toEqual([steps[0]]);
  expect(documents["variableSet Hello"]?.["Variables"]).toEqual([{ Name: "B", Scope: { Action: ["deploy"] } }]);
  expect(documents["channel Hello/Default"]?.["Rules"]).toHaveLength(1);
  expect(documents["deploymentSettings Hello"]).not.toHaveProperty("VersioningStrategy");
  expect(remarks).toHaveLength(4);
});

test("a step that runs everywhere but in an excluded environment runs everywhere", () => {
  const { documents } = leave(
    resource("deploymentProcess", ["Hello"], {
      Steps: [{ Name: "Deploy", Actions: [{ Name: "Deploy", ExcludedEnvironments: ["Environments-2"] }] }],
    }),
  );
  expect(documents["deploymentProcess Hello"]?.["Steps"]).toEqual([
    { Name: "Deploy", Actions: [{ Name: "Deploy", ExcludedEnvironments: [] }] },
  ]);
});

test("a runbook only for an excluded environment is left out with its process", () => {
  const owner = { kind: "runbook", key: ["Hello", "Restart"] };
  const { documents } = leave(
    resource("runbook", ["Hello", "Restart"], { Environments: ["Environments-2"] }),
    resource("runbookProcess", ["Hello", "Restart"], { Steps: [] }, owner),
  );
  expect(documents).toEqual({});
});

test("a trigger of what is excluded is left out", () => {
  const trigger = (Action: JsonObject) => resource("projectTrigger", ["Hello", "Nightly"], { Action, Filter: {} });
  const hidden = resource("runbook", ["Hello", "__ Hidden"], {});
  expect(leave(hidden, trigger({ RunbookId: "Runbooks-1", EnvironmentIds: ["Environments-1"] }))).toEqual({
    documents: {},
    remarks: ["Hello/Nightly: left out: its runbook stays behind"],
  });
  expect(leave(trigger({ RunbookId: "Runbooks-2", EnvironmentIds: ["Environments-2"] })).documents).toEqual({});
  expect(
    leave(trigger({ RunbookId: "Runbooks-2", EnvironmentIds: ["Environments-1", "Environments-2"] })).documents[
      "projectTrigger Hello/Nightly"
    ]?.["Action"],
  ).toEqual({ RunbookId: "Runbooks-2", EnvironmentIds: ["Environments-1"] });
});

test("a project loses what it says about excluded things, and about releases", () => {
  const fields = {
    IncludedLibraryVariableSetIds: ["LibraryVariableSets-1", "LibraryVariableSets-2"],
    AutoCreateRelease: true,
    ReleaseCreationStrategy: { ChannelId: "Channels-1" },
    ProvisioningRunbookId: "Runbooks-2",
    AutoDeployReleaseOverrides: [{ EnvironmentId: "Environments-1", ReleaseId: "Releases-1" }],
  };
  const { documents, remarks } = leave(
    resource("project", ["Hello"], fields),
    resource("channel", ["Hello", "Beta"], {}),
  );
  expect(documents["project Hello"]).toEqual({
    Id: "Hello",
    IncludedLibraryVariableSetIds: ["LibraryVariableSets-2"],
    ProvisioningRunbookId: "Runbooks-2",
  });
  expect(remarks).toHaveLength(2);
});
