import { setTimeout as sleep } from "node:timers/promises";
import { isJsonObject, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusClient, OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { describeMissingSecrets, listMissingSecrets } from "../install/companion-project.ts";
import { nameCompanion } from "../install/runbook-names.ts";
import { compareVersions } from "../octopus/compare-versions.ts";
import { isSameName } from "../octopus/same-name.ts";
import { openSpace } from "../octopus/spaces.ts";
import { describeOldServer } from "../octopus/supported-servers.ts";
import { checkGitHost, type GitHostCheck } from "./git-host.ts";
import { checkNames } from "./names.ts";
import { checkPackages } from "./packages.ts";
import { listManagementPermissions } from "./roles.ts";
import { checkSignIn } from "./sign-in.ts";
import { NotAllowedError, StepError } from "../step/errors.ts";

export interface Finding {
  /** What was looked at. */
  about: string;
  state: "good" | "bad" | "unknown";
  /** What was found; for `bad`, and what to do. */
  text: string;
}

export interface DoctorOptions {
  octopus: OctopusClient;
  /** Id or name of the management space. */
  space: string;
  /** The oldest Node.js that runs the steps, such as `20.19`. */
  oldestNode: string;
  /** Whether to start a script task on the workers, which is the only way to see their Node.js. */
  askWorkers: boolean;
  /** Milliseconds to wait for the workers' answer. */
  patience: number;
  /** Absent where nobody is asked at the Git host. */
  git?: GitHostCheck;
}

/** Looks at all that the steps need of a management space. Never throws for what it finds; changes nothing but the task it starts. */
export async function examine(options: DoctorOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  const check = async <T>(
    about: string,
    work: () => Promise<{ text: string; state?: Finding["state"]; value?: T }>,
  ): Promise<T | undefined> => {
    try {
      const { text, state = "good", value } = await work();
      findings.push({ about, state, text });
      return value;
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      findings.push({ about, state: "bad", text: error.message });
      return undefined;
    }
  };

  const version = await check("Server", () => checkServer(options.octopus));
  if (version === undefined) return findings;
  const user = await check("API key", () => checkUser(options.octopus));
  if (user === undefined) return findings;
  const space = await check("Space", async () => {
    const opened = await openSpace(options.octopus, options.space);
    return { text: `"${opened.name}" (${opened.id})`, value: opened };
  });
  if (space === undefined) return findings;
  await check("Permissions", () => checkPermissions(space, user, version));
  await check("Sign-in", () => checkSignIn(space));
  await check("Git host", () => checkGitHost(space, options.git));
  await check("Secrets", () => checkSecrets(space));
  await check("Names", () => checkNames(space));
  await check("Packages", () => checkPackages(space));
  await check("Workers", () => (options.askWorkers ? checkWorkers(space, options) : notAsked()));
  return findings;
}

/** The root needs no key, but a server refuses a wrong one even there. */
async function checkServer(octopus: OctopusClient): Promise<{ text: string; state?: "bad"; value: string }> {
  const root = await octopus.getJson("").catch((error: unknown) => {
    if (error instanceof NotAllowedError) return undefined;
    throw error;
  });
  if (root === undefined) return { text: `${octopus.url} answers`, value: "" };
  const version = isJsonObject(root) ? textOf(root, "Version") : "";
  if (version === "")
    throw new StepError(`${octopus.url} answers, but not as an Octopus Server. Check the server URL.`);
  const old = describeOldServer(octopus.url, version);
  if (old !== undefined) return { state: "bad", text: old, value: version };
  return { text: `${octopus.url} is Octopus Server ${version}`, value: version };
}

async function checkUser(octopus: OctopusClient): Promise<{ text: string; value: OctopusDocument }> {
  const user = await octopus.get("/users/me");
  return { text: `belongs to "${textOf(user, "Username")}"`, value: user };
}

async function checkPermissions(
  space: OctopusSpace,
  user: OctopusDocument,
  version: string,
): Promise<{ text: string; state?: "bad" | "unknown" }> {
  const needed = listManagementPermissions(version);
  const set = await space.server.getJson(`/users/${user.Id}/permissions`, { spaces: space.id, includeSystem: true });
  const granted = isJsonObject(set) ? { ...grants(set, "SpacePermissions"), ...grants(set, "SystemPermissions") } : {};
  if (Object.keys(granted).length === 0)
    return { state: "unknown", text: "the server does not tell this user its permissions" };
  const missing = needed.filter((permission) => !(permission in granted));
  if (missing.length === 0) return { text: `all ${needed.length} that installing and the steps need` };
  return {
    state: "bad",
    text: `missing ${missing.join(", ")}. Give the user a role with them in the space "${space.name}": Space Manager, or those that managed-spaces doctor --role prints.`,
  };
}

/** Templates whose companion lacks the value of a secret: their next deployment would fail for it. */
async function checkSecrets(space: OctopusSpace): Promise<{ text: string; state?: "bad" }> {
  const projects = await space.list("/projects");
  const pairs = projects.flatMap((template) => {
    const companion = projects.find((other) =>
      isSameName(textOf(other, "Name"), nameCompanion(textOf(template, "Name"))),
    );
    return companion === undefined ? [] : [{ template, companion }];
  });
  const sentences: string[] = [];
  for (const pair of pairs) sentences.push(...describeMissingSecrets(pair, await listMissingSecrets(space, pair)));
  if (sentences.length > 0) return { state: "bad", text: sentences.join(" ") };
  if (pairs.length === 0) return { text: "no template has a companion project" };
  return {
    text: `the companion projects of ${pairs.length === 1 ? "one template" : `${pairs.length} templates`} have them all`,
  };
}

function grants(set: JsonObject, field: string): JsonObject {
  const value = set[field];
  return isJsonObject(value) ? value : {};
}

async function notAsked(): Promise<{ text: string; state: "unknown" }> {
  return {
    state: "unknown",
    text: "not asked; with --workers a script task asks one worker of each pool for its Node.js",
  };
}

/** Node's version, OpenSSL and Bash, as a step template's launcher needs them; the mark keeps our line apart from the worker's own. */
const question = 'echo "managed-spaces node=$(node --version 2>/dev/null) openssl=$(command -v openssl)"';

async function checkWorkers(
  space: OctopusSpace,
  { oldestNode, patience }: DoctorOptions,
): Promise<{ text: string; state?: Finding["state"] }> {
  const pools = await space.list("/workerpools");
  const task = await space.server.post("/tasks", {
    Name: "AdHocScript",
    Description: "managed-spaces doctor: which Node.js do the workers have?",
    SpaceId: space.id,
    Arguments: {
      ScriptBody: question,
      Syntax: "Bash",
      TargetType: "WorkerPools",
      WorkerPoolIds: pools.map((pool) => pool.Id),
    },
  });
  const state = await waitForTask(space, task.Id, patience);
  if (state === undefined)
    return {
      state: "unknown",
      text: `the task ${task.Id} has not answered within ${Math.round(patience / 1000)} seconds`,
    };
  const log = new TextDecoder().decode(await space.server.download(`/tasks/${task.Id}/raw`));
  const answers = [...log.matchAll(/managed-spaces node=v?(\S*) openssl=(\S*)/g)];
  if (answers.length === 0)
    throw new NotAllowedError(
      `No worker ran a Bash script (task ${task.Id}: ${state}). The steps need workers with Bash, such as Linux workers or an execution container.`,
    );
  const lacking = answers.filter(
    ([, node = "", openssl = ""]) => openssl === "" || compareVersions(node, oldestNode) < 0,
  );
  if (lacking.length === 0)
    return {
      text: `${answers.length} answered, with Node.js ${[...new Set(answers.map(([, node]) => node))].join(", ")}`,
    };
  const found = [
    ...new Set(
      lacking.map(
        ([, node = "", openssl = ""]) =>
          `${node === "" ? "no Node.js" : `Node.js ${node}`}${openssl === "" ? " and no OpenSSL" : ""}`,
      ),
    ),
  ];
  return {
    state: "bad",
    text: `${lacking.length} of ${answers.length} have ${found.join(", ")}; the steps need Node.js ${oldestNode} or newer and OpenSSL. Install them, or have install set an execution container: --container-image octopusdeploy/worker-tools:6.6.4-ubuntu.24.04.`,
  };
}

async function waitForTask(space: OctopusSpace, id: string, patience: number): Promise<string | undefined> {
  for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(250)) {
    const task = await space.server.get(`/tasks/${id}`);
    if (task["IsCompleted"] === true) return textOf(task, "State");
  }
  return undefined;
}
