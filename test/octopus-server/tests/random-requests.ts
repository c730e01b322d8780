import fc from "fast-check";
import { isFields, type Fields } from "../model/fields.ts";
import { withoutSecrets } from "../model/sensitive.ts";
import { createOctopusServer, type OctopusServer } from "../octopus-server.ts";
import { routes } from "../routes/index.ts";
import type { Route } from "../routes/route.ts";

/** How a request reaches the server: `server.respond`, or `fetch` at its address. */
export type Send = (request: Request) => Promise<Response>;

export interface RandomRequestsOptions {
  count: number;
  seed: number;
  /** Opens a way to a fresh server, which the callback ends. */
  open: () => Promise<{ server: OctopusServer; send: Send; close: () => Promise<void> }>;
}

export interface RandomAnswers {
  /** How many answers had each status. */
  statuses: Map<number, number>;
  /** The requests whose answer no client could expect: a 500, an error that is no JSON, a wrong length. */
  problems: string[];
}

/** After so many requests a fresh server takes over, since requests delete, too. */
const requestsPerServer = 250;

/**
 * Sends random requests: for every route, with ids that are there and ids that are not, with valid documents that were damaged, awkward
 * names, odd queries and bodies that are no JSON. The same seed sends the same ones.
 */
export async function sendRandomRequests({ count, seed, open }: RandomRequestsOptions): Promise<RandomAnswers> {
  const answers: RandomAnswers = { statuses: new Map(), problems: [] };
  for (let sent = 0; sent < count; sent += requestsPerServer) {
    const stage = await openFilled(open);
    const numRuns = Math.min(requestsPerServer, count - sent);
    try {
      for (const plan of fc.sample(requestArbitrary, { numRuns, seed: seed + sent }))
        await checkAnswer(stage, plan, answers);
    } finally {
      await stage.close();
    }
  }
  return answers;
}

interface Stage {
  server: OctopusServer;
  send: Send;
  close: () => Promise<void>;
}

interface Plan {
  /** Chooses among the routes. */
  route: number;
  /** For the parameters of the path: an id that is there by its number, or a text. */
  parameters: (number | string)[];
  query: [string, string][];
  /** The body instead of a damaged document. */
  raw: string | undefined;
  damages: Damage[];
  hasKey: boolean;
}

interface Damage {
  /** Chooses a property, walking down from the top. */
  path: number[];
  kind: "remove" | "replace" | "add" | "repeat";
  name: string;
  value: unknown;
}

const awkwardTexts = [
  "",
  " ",
  "..",
  "../../etc/passwd",
  "..%2f..%2fsecrets",
  "%00",
  "%",
  "a/b\\c",
  "quotes \" and ' and `",
  "<script>alert(1)</script>",
  "#{Octopus.Space.Name}",
  "Ünïcödé ✓ 日本語 🐙",
  "\u0000\u0001\u001f\u007f",
  "\ud800",
  "line one\nline two\r\n",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "x".repeat(20_000),
  "-1",
  "9999999999999999999999",
  "2026-13-45T99:99:99Z",
  "0 0 0 0 0 0",
  "[1.0,",
];

const textArbitrary = fc.oneof(fc.constantFrom(...awkwardTexts), fc.string({ unit: "binary", maxLength: 40 }));

const valueArbitrary: fc.Arbitrary<unknown> = fc.oneof(
  textArbitrary,
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e308,
    [],
    {},
    [null],
    [[]],
    [{}],
    { Id: {} },
    { $sensitive: "x" },
  ),
  fc.constantFrom<unknown>({ HasValue: true, NewValue: 5 }, { __proto__: { a: 1 } }, { Value: "x", Type: "Sensitive" }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant(nested(200)),
);

const names = [
  "Name",
  "Slug",
  "Version",
  "SpaceId",
  "Id",
  "Steps",
  "Actions",
  "Properties",
  "Packages",
  "Variables",
  "Scope",
  "Rules",
  "Phases",
  "Templates",
  "TenantTags",
  "ProjectEnvironments",
  "Filter",
  "Action",
  "EnvironmentIds",
  "__proto__",
];

const queryNames = [
  "skip",
  "take",
  "ids",
  "partialName",
  "name",
  "tags",
  "spaces",
  "projectId",
  "filter",
  "clone",
  "replace",
  "overwriteMode",
  "regarding",
  "states",
  "RetentionType",
];

const noQuery = fc.constant<[string, string][]>([]);
const queryArbitrary = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...queryNames), textArbitrary), textArbitrary), {
  maxLength: 3,
});

const requestArbitrary: fc.Arbitrary<Plan> = fc.record({
  route: fc.nat(),
  parameters: fc.array(fc.oneof({ arbitrary: fc.nat(), weight: 5 }, { arbitrary: textArbitrary, weight: 1 }), {
    minLength: 4,
    maxLength: 4,
  }),
  query: fc.oneof({ arbitrary: noQuery, weight: 2 }, { arbitrary: queryArbitrary, weight: 1 }),
  raw: fc.oneof(
    { arbitrary: fc.constant<string | undefined>(undefined), weight: 9 },
    {
      arbitrary: fc.oneof(
        fc.constantFrom("", "{", "[1,", '"text"', "null", "{}", "\ufeff{}", "[".repeat(5000)),
        fc.json(),
      ),
      weight: 1,
    },
  ),
  damages: fc.array(
    fc.record({
      path: fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 5 }),
      kind: fc.constantFrom<Damage["kind"]>("remove", "replace", "replace", "add", "repeat"),
      name: fc.oneof(fc.constantFrom(...names), textArbitrary),
      value: valueArbitrary,
    }),
    { maxLength: 4 },
  ),
  hasKey: fc.oneof({ arbitrary: fc.constant(true), weight: 30 }, { arbitrary: fc.constant(false), weight: 1 }),
});

async function checkAnswer(stage: Stage, plan: Plan, { statuses, problems }: RandomAnswers): Promise<void> {
  const request = toRequest(stage, plan);
  const response = await stage.send(request);
  const bytes = Buffer.from(await response.arrayBuffer());
  const problem = problemOf(response, bytes);
  if (problem !== undefined) problems.push(`${request.method} ${request.url.slice(0, 200)} ${problem}`);
  statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
}

function problemOf({ status, headers }: Response, bytes: Buffer): string | undefined {
  const text = bytes.toString();
  const length = headers.get("content-length");
  if (status === 500) return `answered 500: ${text.slice(0, 500)}`;
  if (length !== String(bytes.byteLength)) return `announced ${length} bytes and sent ${bytes.byteLength}`;
  if (status >= 400 && !isErrorBody(text)) return `answered ${status} with no error body: ${text.slice(0, 200)}`;
  return undefined;
}

/** Or what OAuth prescribes for the exchange of tokens. */
function isErrorBody(text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    return isFields(body) && (typeof body["ErrorMessage"] === "string" || typeof body["error"] === "string");
  } catch {
    return false;
  }
}

function toRequest({ server }: Stage, plan: Plan): Request {
  const route = routes[plan.route % routes.length];
  if (route === undefined) throw new Error("There are no routes.");
  const search = new URLSearchParams();
  for (const [name, value] of plan.query) search.append(toWellFormed(name), toWellFormed(value));
  const url = `${server.model.url}${pathOf(server, route, plan)}${search.size === 0 ? "" : `?${search}`}`;
  const headers = new Headers(plan.hasKey ? { "X-Octopus-ApiKey": server.apiKey } : {});
  if (route.method === "GET" || route.method === "DELETE") return new Request(url, { method: route.method, headers });
  if (isUpload(route)) return new Request(url, { method: route.method, headers, body: packageForm(plan) });
  headers.set("Content-Type", "application/json");
  const body = plan.raw ?? JSON.stringify(damaged(documentFor(server, route, plan), plan.damages));
  return new Request(url, { method: route.method, headers, body });
}

function isUpload({ path }: Route): boolean {
  return /\/(packages\/raw|delta|artifacts\/\{id\}\/content)$/.test(path);
}

/** Names of packages are texts that a file system should never see. */
function packageForm({ damages, parameters }: Plan): FormData {
  const form = new FormData();
  const [damage] = damages;
  const name = damage === undefined ? `Web.1.0.${parameters[0]}.zip` : `${damage.name}.1.0.0.zip`;
  form.set("file", new Blob([JSON.stringify(damage?.value ?? "content")]), toWellFormed(name));
  return form;
}

function pathOf(server: OctopusServer, route: Route, plan: Plan): string {
  let index = 0;
  const segments = route.path.split("/").map((segment, position, all) => {
    if (!segment.startsWith("{")) return segment;
    if (segment === "{space}") return "Spaces-1";
    const chosen = plan.parameters[index++] ?? "";
    if (typeof chosen === "string") return encodeURIComponent(toWellFormed(chosen));
    return idFor(server, { kind: all[position - 1] ?? "", number: chosen });
  });
  return segments.join("/");
}

/** An id of the kind that the segment before names, or else of any kind. */
function idFor({ model }: OctopusServer, { kind, number }: { kind: string; number: number }): string {
  const named = model.kinds.find((candidate) => candidate.toLowerCase() === kind.toLowerCase());
  const documents = model.collection(named ?? model.kinds[number % model.kinds.length] ?? "spaces").list();
  return documents[number % Math.max(1, documents.length)]?.Id ?? "Nothing-1";
}

/** A document of the kind that the path names, or else of any kind. */
function documentFor({ model }: OctopusServer, route: Route, { parameters }: Plan): unknown {
  const segments = new Set(route.path.toLowerCase().split("/"));
  const kinds = model.kinds.filter((kind) => segments.has(kind) && model.collection(kind).size > 0);
  const number = typeof parameters[3] === "number" ? parameters[3] : 0;
  const documents = model.collection(kinds.at(-1) ?? model.kinds[number % model.kinds.length] ?? "projects").list();
  const found = withoutSecrets(documents[number % Math.max(1, documents.length)] ?? {});
  return route.method === "POST" && isFields(found) ? renamed(found, `${number}`) : found;
}

/** So that creating it again is not refused for its name alone. */
function renamed(document: Fields, suffix: string): Fields {
  const named = Object.keys(document).filter((key) => ["Name", "Username", "Version"].includes(key));
  return {
    ...document,
    Slug: "",
    ...Object.fromEntries(named.map((key) => [key, `${String(document[key])}.${suffix}`])),
  };
}

function damaged(document: unknown, damages: readonly Damage[]): unknown {
  return damages.reduce((current, damage) => damagedAt(current, damage.path, damage), document);
}

function damagedAt(value: unknown, path: readonly number[], damage: Damage): unknown {
  const [head = 0, ...rest] = path;
  if (Array.isArray(value)) {
    if (damage.kind === "repeat") return [...value, ...value];
    if (value.length === 0) return [damage.value];
    const index = head % value.length;
    return value.map((item: unknown, position) =>
      position === index ? (rest.length === 0 ? damage.value : damagedAt(item, rest, damage)) : item,
    );
  }
  return isFields(value) ? damagedFields(value, path, damage) : damage.value;
}

function damagedFields(fields: Fields, [head = 0, ...rest]: readonly number[], damage: Damage): Fields {
  const keys = Object.keys(fields);
  const key = keys[head % Math.max(1, keys.length)];
  if (key === undefined || damage.kind === "add") return { ...fields, [toWellFormed(damage.name)]: damage.value };
  if (rest.length > 0) return { ...fields, [key]: damagedAt(fields[key], rest, damage) };
  if (damage.kind === "remove") return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));
  return { ...fields, [key]: damage.value };
}

/** Node 20 has `toWellFormed`, the types of ES2023 do not. */
function toWellFormed(text: string): string {
  return Buffer.from(text).toString();
}

function nested(depth: number): unknown {
  return depth === 0 ? "deep" : [nested(depth - 1)];
}

/** A server with at least one document of most kinds, made by requests. */
export async function openFilled(open: RandomRequestsOptions["open"]): Promise<Stage> {
  const stage = await open();
  for (const [path, body] of documents) {
    const headers = { "X-Octopus-ApiKey": stage.server.apiKey, "Content-Type": "application/json" };
    const request = new Request(`${stage.server.model.url}${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    const response = await stage.send(request);
    if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
  }
  return stage;
}

const space = "/api/Spaces-1";
const shared = { ProjectGroupId: "ProjectGroups-1", LifecycleId: "Lifecycles-1" };
const environmentNames = ["Development", "Test", "Production"];

const documents: readonly (readonly [string, unknown])[] = [
  ...environmentNames.map((Name) => [`${space}/environments`, { Name }] as const),
  ["/api/spaces", { Name: "Second", SpaceManagersTeams: ["teams-administrators"] }],
  [`${space}/projectgroups`, { Name: "Group" }],
  [
    `${space}/lifecycles`,
    { Name: "Lifecycle", Phases: [{ Name: "One", OptionalDeploymentTargets: ["Environments-1"] }] },
  ],
  [`${space}/libraryvariablesets`, { Name: "Set", Templates: [{ Name: "Template", DisplaySettings: {} }] }],
  [`${space}/tagsets`, { Name: "Regions", Tags: [{ Name: "South", Color: "#333333" }] }],
  [`${space}/projects`, { Name: "Web", ...shared, TenantedDeploymentMode: "TenantedOrUntenanted" }],
  [`${space}/runbooks`, { Name: "Backup", ProjectId: "Projects-1" }],
  [
    `${space}/tenants`,
    { Name: "Customer", TenantTags: ["Regions/South"], ProjectEnvironments: { "Projects-1": ["Environments-1"] } },
  ],
  [`${space}/releases`, { ProjectId: "Projects-1", Version: "1.0.0" }],
  [`${space}/deployments`, { ReleaseId: "Releases-1", EnvironmentId: "Environments-1" }],
  [`${space}/runbookSnapshots?publish=yes`, { ProjectId: "Projects-1", RunbookId: "Runbooks-1", Name: "First" }],
  [
    `${space}/runbookRuns`,
    { RunbookId: "Runbooks-1", RunbookSnapshotId: "RunbookSnapshots-1", EnvironmentId: "Environments-1" },
  ],
  [`${space}/feeds`, { Name: "Feed", FeedType: "NuGet", FeedUri: "https://nuget.example.com/index.json" }],
  [`${space}/accounts`, { Name: "Token", AccountType: "Token", Token: { HasValue: true, NewValue: "secret" } }],
  [
    `${space}/git-credentials`,
    { Name: "Git", Details: { Type: "UsernamePassword", Username: "u", Password: { HasValue: true, NewValue: "p" } } },
  ],
  [`${space}/actiontemplates`, { Name: "Template", ActionType: "Octopus.Script", Properties: {}, Parameters: [] }],
  [`${space}/machinepolicies`, { Name: "Policy" }],
  [`${space}/workerpools`, { Name: "Pool", WorkerPoolType: "StaticWorkerPool" }],
  [
    `${space}/projecttriggers`,
    {
      Name: "Nightly",
      ProjectId: "Projects-1",
      Filter: { FilterType: "CronExpressionSchedule", CronExpression: "0 0 6 * * *" },
      Action: { ActionType: "RunRunbook", RunbookId: "Runbooks-1", EnvironmentIds: ["Environments-1"] },
    },
  ],
  ["/api/users", { Username: "somebody", DisplayName: "Somebody", Password: "Password-01" }],
  ["/api/users/Users-2/apikeys", { Purpose: "Test" }],
  ["/api/teams", { Name: "Team", SpaceId: "Spaces-1" }],
  ["/api/scopeduserroles", { TeamId: "teams-everyone", UserRoleId: "userroles-projectlead", SpaceId: "Spaces-1" }],
];

/** Requests that never see a network. */
export async function openInProcess(): Promise<Stage> {
  const server = createOctopusServer();
  server.model.url = "http://octopus.test";
  return { server, send: (request) => server.respond(request), close: () => server.close() };
}

/** Requests over loopback. */
export async function openOverLoopback(): Promise<Stage> {
  const server = createOctopusServer();
  await server.listen();
  return { server, send: (request) => fetch(request), close: () => server.close() };
}
