import type { PlannedResource } from "../../../lib/compare/compare-graph.ts";
import type { PlanConflict } from "../../../lib/compare/describe-conflict.ts";
import type { Difference } from "../../../lib/compare/difference.ts";
import type { CopyUpdate } from "../../../lib/copies/find-updates.ts";
import type { Copy } from "../../../lib/copies/find-copies.ts";
import type { CommitSummary } from "../../../lib/git/compare.ts";
import type { MergeConflict } from "../../../lib/git/merge.ts";
import { reference } from "../../../lib/model/graph.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";

/** Names that pages must bear: markup, no place to break, emoji, text from right to left, and quotes. */
export const awkward = [
  "Hello World",
  '<img src=x onerror="alert(1)"> & "Co" \'Ltd\'',
  `A${"very".repeat(60)}LongName`,
  "🚀 Déploiement 👩‍👩‍👧 – 日本語のプロジェクト",
  "مرحبا بالعالم",
  "Payments: refunds, chargebacks, disputes and everything else that the team for money matters looks after, in all countries",
];

const space = createOctopusClient({ url: "http://127.0.0.1:1", apiKey: "API-NONE" }).inSpace({
  Id: "Spaces-7",
  Name: "America",
});

export function nameOf(index: number): string {
  const name = awkward[index % awkward.length] ?? "";
  return index < awkward.length ? name : `${name} ${index}`;
}

function copyOf(index: number, more: Partial<Copy> = {}): Copy {
  return {
    receiptName: `Receipt[hello_world][${nameOf(index)}]`,
    receipt: { format: 2, package: "hello_world", version: "2026.11.29.1" },
    recall: () => Promise.reject(new Error("Nobody asks.")),
    installed: {},
    name: nameOf(index),
    origin: `project "${nameOf(index + 1)}"`,
    space,
    isDeleted: false,
    project: { Id: `Projects-${index}` },
    repository: undefined,
    ...more,
  };
}

export function databaseUpdate(
  index: number,
  {
    changes = 0,
    kept = 0,
    conflicts = [],
    resources = [],
  }: { changes?: number; kept?: number; conflicts?: PlanConflict[]; resources?: PlannedResource[] },
): CopyUpdate {
  const line = (verb: string, number: number): string =>
    `${verb} the deployment process of "${nameOf(index)}": "Step ${number} › Octopus.Action.Script.ScriptBody".`;
  const undisputed = Array.from({ length: kept }, (_, number) => line("Kept is", number));
  return {
    kind: "database",
    copy: copyOf(index),
    update: {
      status: conflicts.length > 0 ? "conflicting" : changes > 0 ? "mergeable" : "up-to-date",
      deployed: "2026.11.29.1",
      newest: changes > 0 ? "2026.11.30.12" : "2026.11.29.1",
      behind: changes > 0 ? 1 + (index % 3) : 0,
      resources,
      changes: Array.from({ length: changes }, (_, number) => line("Would update", number)),
      edits: [...undisputed, ...conflicts.map(({ text }) => text)],
      conflicts,
    },
  };
}

export function gitUpdate(index: number, { commits = 3, files = 2 } = {}): CopyUpdate {
  const url = `https://git.example.com/acme/america_${"hello_".repeat(index % 20)}world.git`;
  return {
    kind: "git",
    copy: copyOf(index, { repository: { url, defaultBranch: "main", basePath: ".octopus" } }),
    remote: { name: "copy", url, isPartial: false },
    stepTemplates: {},
    missingStepTemplates: index % 2 === 0 ? [] : ["Notify", awkward[1] ?? ""],
    packagesBehind: index % 2,
    update: {
      status: files > 0 ? "conflicting" : "mergeable",
      into: "a".repeat(40),
      from: "b".repeat(40),
      behind: commits,
      incoming: commitsOf(commits, index),
      edits: commitsOf(2, index + 1),
      editedFiles: [".octopus/deployment_process.ocl", `.octopus/runbooks/${"deep/".repeat(30)}restart.ocl`],
      broken: [],
      conflicts: fileConflicts.slice(0, files),
      stages: new Map(),
      solved: [],
      tree: undefined,
      wasRewritten: false,
    },
  };
}

const fileConflicts: MergeConflict[] = [
  { path: ".octopus/deployment_process.ocl", kind: "content", into: "modified", from: "modified" },
  { path: `.octopus/runbooks/${"x".repeat(200)}.ocl`, kind: "delete-modify", into: "deleted", from: "modified" },
  { path: "notes", kind: "file-directory", into: "absent", from: "added" },
];

function commitsOf(number: number, from: number): CommitSummary[] {
  return Array.from({ length: number }, (_, index) => ({
    commit: String(index).padStart(40, "0"),
    author: nameOf(from + index),
    date: "2026-11-29T14:00:00Z",
    isOurs: false,
    subject: `Greet ${nameOf(from + index)}, in ${"the many words of a subject that goes on ".repeat(index % 4)}`,
  }));
}

export function problem(index: number, isGone: boolean): CopyUpdate {
  return {
    kind: "problem",
    copy: copyOf(index, { isDeleted: isGone, project: undefined }),
    isGone,
    text: isGone
      ? 'It was deleted in the space "America".'
      : `Failed to read the repository https://git.example.com/acme/${"x".repeat(150)}.git: the host answered 403.`,
  };
}

/** One of each kind that a page has to show. */
export const conflicts: PlanConflict[] = withDecisions([
  {
    text: '"Description" in the project "Hello World" was changed in this space and stays so.',
    thing: 'the project "Hello World"',
    field: "Description",
    sides: { had: "Greets.", has: awkward[1] ?? "", here: awkward[3] ?? "" },
  },
  {
    text: '"Note" differs.',
    thing: `the variables of "${awkward[2] ?? ""}"`,
    field: `${awkward[2] ?? ""} › Value`,
    sides: { had: `${"x".repeat(5000)}one`, has: `${"x".repeat(5000)}two`, here: "" },
  },
  {
    text: '"Old" differs.',
    thing: 'the variables of "Hello World"',
    field: "Old › Value",
    sides: { has: "only what is now is known", here: "   " },
  },
  {
    text: '"ScriptBody" differs.',
    thing: 'the deployment process of "Hello World"',
    field: "Say hello › Octopus.Action.Script.ScriptBody",
    label: "Say hello › Script",
    sides: {
      had: scriptOf("echo hello"),
      has: scriptOf(`echo ${"long ".repeat(120)}`),
      here: scriptOf(`echo "${awkward[1] ?? ""}" ${"y".repeat(400)}`),
    },
  },
  {
    text: '"Gone" was removed in this space and stays so. The package has something else there.',
    thing: 'the deployment process of "Hello World"',
    field: "Gone",
    sides: { had: "Name: Gone\nType: Script", has: "Name: Gone\nType: Bash", here: "" },
  },
  {
    text: `The runbook "Restart" of "Hello World" stays away, since this space has its own "${awkward[2] ?? ""}" (Runbooks-7), which is left as it is. Rename that one to let the template's arrive.`,
    thing: 'the runbook "Restart" of "Hello World"',
    field: "",
  },
]);

/** Each can be decided; the last one not for the template. */
function withDecisions(all: PlanConflict[]): PlanConflict[] {
  return all.map((conflict, index) => ({
    ...conflict,
    name: conflict.field === "" ? conflict.thing : `"${conflict.field}" in ${conflict.thing}`,
    seen: `00000${index}-a1b2c3-d4e5f6`,
    canBeTaken: conflict.field !== "",
  }));
}

/** What a deployment writes and people keep, with a value of each kind. */
export const resources: PlannedResource[] = [
  resourceOf("deploymentProcess", 'the deployment process of "Hello World"', {
    changes: [
      changeOf(["Steps", "Say hello", "Actions", "Say hello", "Properties", "Octopus.Action.Script.ScriptBody"], {
        space: scriptOf("echo hello"),
        template: scriptOf('echo "Good morning, <world>"\necho done'),
      }),
      changeOf(["Steps", "Say hello", "Condition"], { space: "Success", template: "Always" }),
      changeOf(["Steps", "Say hello", "Actions", "Say hello", "Environments"], {
        space: [reference("environment", ["Development"]), reference("environment", ["Test"])],
        template: [reference("environment", ["Test"]), reference("environment", [awkward[3] ?? ""])],
      }),
      changeOf(["Steps", "Ship", "Actions", "Ship", "Properties", "Octopus.Action.KubernetesContainers.Containers"], {
        space: '[{"Name":"web","Image":"web:1"}]',
        template: '[{"Name":"web","Image":"web:2"},{"Name":"side","Image":"side:1"}]',
      }),
      changeOf(["Steps", awkward[2] ?? ""], {
        template: {
          Name: awkward[2] ?? "",
          Actions: [
            {
              Name: "Run",
              ActionType: "Octopus.Script",
              IsDisabled: false,
              Properties: { "Octopus.Action.Script.ScriptBody": "echo new" },
            },
          ],
        },
      }),
      { ...changeOf(["Steps"], { space: ["Say hello", "Ship"], template: ["Ship", "Say hello"] }), what: "reordered" },
    ],
    kept: [
      {
        ...changeOf(["Steps", "Ship", "Actions", "Ship", "WorkerPoolId"], {
          template: reference("workerPool", ["Slow"]),
          space: reference("workerPool", ["Fast"]),
        }),
        isConflict: false,
      },
      { ...changeOf(["Steps", "Ship", "Actions", "Ship", "Notes"], { space: awkward[4] ?? "" }), isConflict: false },
    ],
  }),
  resourceOf("variableSet", 'the variables of "Hello World"', {
    changes: [
      changeOf(["Variables", "Region (Environment: Development, Test)", "Value"], {
        space: "eu-west-1",
        template: "eu-central-1",
      }),
      changeOf(["Variables", `Region (Environment: ${awkward[3] ?? ""})`], {
        template: {
          Name: "Region",
          Type: "String",
          Value: awkward[1] ?? "",
          Scope: { Environment: [reference("environment", [awkward[3] ?? ""])], Role: ["web"] },
        },
      }),
      changeOf(["Variables", "Limit", "Scope", "Environment"], {
        space: [reference("environment", ["Test"])],
        template: [reference("environment", ["Test"]), reference("environment", ["Production"])],
      }),
      changeOf(["Variables", "Password"], {
        template: {
          Name: "Password",
          Type: "Sensitive",
          IsSensitive: true,
          Value: { $secret: { variable: "Password" } },
        },
      }),
      changeOf(["Variables", "Old"], { space: { Name: "Old", Type: "String", Value: "gone" } }),
    ],
    kept: [
      {
        ...changeOf(["Variables", "Greeting", "Value"], { template: "Hello", space: "Howdy" }),
        isConflict: false,
        isDecided: true,
        seen: "000000-000000-000000",
      },
    ],
  }),
  {
    ...resourceOf("channel", `the channel "${awkward[1] ?? ""}" of "Hello World"`, {
      changes: [
        changeOf([], {
          template: {
            Name: awkward[1] ?? "",
            Description: "For those who wait.",
            IsDefault: false,
            TenantTags: ["Tier/Gold"],
          },
        }),
      ],
      kept: [],
    }),
    action: "create",
  },
];

function resourceOf(
  kind: string,
  description: string,
  { changes, kept }: Pick<PlannedResource, "changes" | "kept">,
): PlannedResource {
  const action = changes.length === 0 ? "none" : "update";
  return { target: { kind, key: ["Hello World"] }, description, action, isAdopted: false, changes, kept, secrets: [] };
}

function changeOf(path: string[], sides: Pick<Difference, "template" | "space">): Difference {
  const what = sides.space === undefined ? "added" : sides.template === undefined ? "removed" : "changed";
  return { path, place: JSON.stringify(path), what, ...sides };
}

function scriptOf(line: string): string {
  return `${Array.from({ length: 30 }, (_, index) => `# line ${index + 1}`).join("\n")}\n${line}\nexit 0`;
}
