import { onTestFinished } from "vitest";
import { isFields, textOf, type Fields } from "../model/fields.ts";
import { createOctopusServer, type OctopusServer, type OctopusServerOptions } from "../octopus-server.ts";

export interface ApiAnswer {
  status: number;
  body: Fields;
  /** The answer when it is a bare list. */
  list: Fields[];
  text: string;
}

/** A server of its own for one test, and the calls that most tests begin with; each of these throws unless it succeeds. */
export interface ApiStage {
  server: OctopusServer;
  url: string;
  call(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  get(path: string): Promise<Fields>;
  post(path: string, body: unknown): Promise<Fields>;
  put(path: string, body: unknown): Promise<Fields>;
  /** @returns the reasons of a 400 (or the message of another refusal) */
  refusal(method: string, path: string, body?: unknown): Promise<string>;
  environment(name: string): Promise<Fields>;
  /** A project in the default group with the default lifecycle. */
  project(name: string, more?: Fields): Promise<Fields>;
  runbook(project: Fields, name: string, more?: Fields): Promise<Fields>;
  /** Puts these actions into the process, one step each. @returns the process */
  setSteps(processPath: string, actions: readonly Fields[]): Promise<Fields>;
  /** A package in the built-in feed, empty but for its name. */
  pushPackage(id: string, version: string): Promise<void>;
}

export async function createApiStage(options: OctopusServerOptions = {}): Promise<ApiStage> {
  const server = createOctopusServer(options);
  const url = await server.listen();
  onTestFinished(() => server.close());

  async function call(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    const isForm = body instanceof FormData;
    const headers = { "X-Octopus-ApiKey": server.apiKey, ...(isForm ? {} : { "content-type": "application/json" }) };
    const response = await fetch(url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = parse(text);
    return {
      status: response.status,
      body: isFields(parsed) ? parsed : {},
      list: Array.isArray(parsed) ? parsed.filter(isFields) : [],
      text,
    };
  }

  async function succeed(method: string, path: string, body?: unknown): Promise<Fields> {
    const answer = await call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  const get = (path: string): Promise<Fields> => succeed("GET", path);
  const post = (path: string, body: unknown): Promise<Fields> => succeed("POST", path, body);
  const put = (path: string, body: unknown): Promise<Fields> => succeed("PUT", path, body);

  return {
    server,
    url,
    call,
    get,
    post,
    put,
    async refusal(method, path, body) {
      const answer = await call(method, path, body);
      if (answer.status < 400) throw new Error(`${method} ${path} was not refused: ${answer.status} ${answer.text}`);
      const errors = answer.body["Errors"];
      return Array.isArray(errors) ? errors.join(" ") : textOf(answer.body, "ErrorMessage");
    },
    environment: (name) => post("/api/Spaces-1/environments", { Name: name }),
    project: (name, more = {}) =>
      post("/api/Spaces-1/projects", {
        Name: name,
        ProjectGroupId: "ProjectGroups-1",
        LifecycleId: "Lifecycles-1",
        ...more,
      }),
    runbook: (project, name, more = {}) =>
      post("/api/Spaces-1/runbooks", { Name: name, ProjectId: project["Id"], ...more }),
    async setSteps(processPath, actions) {
      const process = await get(processPath);
      const steps = actions.map((action) => ({ Name: action["Name"], Actions: [action] }));
      return put(processPath, { ...process, Steps: steps });
    },
    async pushPackage(id, version) {
      const form = new FormData();
      form.set("file", new Blob(["content"]), `${id}.${version}.zip`);
      await post("/api/Spaces-1/packages/raw", form);
    },
  };
}

/** A Bash script step, as small as can be. */
export function scriptAction(name: string, more: Fields = {}): Fields {
  return {
    Name: name,
    ActionType: "Octopus.Script",
    Properties: {
      "Octopus.Action.Script.Syntax": "Bash",
      "Octopus.Action.Script.ScriptSource": "Inline",
      "Octopus.Action.Script.ScriptBody": `echo ${name}`,
      "Octopus.Action.RunOnServer": "true",
    },
    ...more,
  };
}

/** A reference to a package of the built-in feed. */
export function packageReference(packageId: string, more: Fields = {}): Fields {
  return {
    Name: "",
    PackageId: packageId,
    FeedId: "feeds-builtin",
    AcquisitionLocation: "Server",
    Properties: {},
    ...more,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
