import { findAttention } from "../../../lib/fleet/find-attention.ts";
import type {
  FleetCopy,
  FleetDays,
  FleetDesirePath,
  FleetFinding,
  FleetInstance,
  FleetReport,
  FleetSpace,
  FleetTemplate,
} from "../../../lib/fleet/fleet-report.ts";
import {
  rankOf,
  worstInStep,
  worstWell,
  type FleetState,
  type InStepState,
  type WellState,
} from "../../../lib/fleet/states.ts";

export interface ReportOptions {
  spaces: number;
  templates: number;
  seed: number;
  /** When it was read: all times in it lie before. */
  readAt?: string;
  /** How many days of deployments there are. */
  days?: number;
  /** How many variables a space has at most. */
  variables?: number;
}

/** Names that break a page which takes them for something else than text. */
export const awkwardNames = [
  "<img src=x onerror=alert(1)>",
  "</script><script>document.title='taken'</script>",
  "<!-- Europe -->",
  "Ünïcode & Söhne 🐙👩‍🚀",
  "شركة المثال",
  "חברה לדוגמה",
  'The "quoted" one\'s',
  "sales/north\\west",
  '=HYPERLINK("https://example.com")',
  "evil \u202egnp.exe",
  `Long ${"name without an end ".repeat(10)}`,
  "x".repeat(200),
];

const cities =
  "America Europe Asia Oceania Africa Berlin Paris London Madrid Rome Vienna Oslo Lisbon Dublin Prague Warsaw Athens Zurich Seoul Tokyo Lima Quito Boston Denver Austin".split(
    " ",
  );
const teams = "Payments Orders Identity Search Checkout Catalogue Shipping Billing Analytics Mobile".split(" ");
const templateNames = [
  "Web Service",
  "Database Upgrade",
  "Space Baseline",
  "Nightly Clean-up",
  "Kubernetes App",
  "Smoke Tests",
  "Certificates",
];
const kinds = ["Project", "Project", "Space", "Runbook", "Project", "Project", "Baseline"];
const projectNames = [
  "Website",
  "API",
  "Worker",
  "Scheduler",
  "Reports",
  "Gateway",
  "Mobile API",
  "Mailer",
  "Search Index",
  "Audit",
];
const peopleNames = [
  "Lisa Berg",
  "Barry Stone",
  "Bob Ito",
  "Geoff Lang",
  "Zoë Núñez",
  "Amir Haddad",
  "Mei Chen",
  "Olu Adeyemi",
];
const variableNames = [
  "Database.Name",
  "Database.Password",
  "Api.Url",
  "Api.Timeout",
  "Smtp.Host",
  "Feature.NewCheckout",
  "Log.Level",
  "Certificate.Thumbprint",
];
const rings = ["Canary", "Early", "Broad"];
const regions = ["EU", "US", "APAC"];
const dayLength = 86_400_000;

type Random = ReturnType<typeof createRandom>;

/** A fleet as they are: most of it well and in step, some of it not, a few names awkward. The same options give the same report. */
export function makeReport({
  spaces: spaceCount,
  templates: templateCount,
  seed,
  readAt = "2026-11-29T14:02:11.000Z",
  days = 90,
  variables = 30,
}: ReportOptions): FleetReport {
  const random = createRandom(seed);
  const end = Date.parse(readAt);
  const context: Context = { random, end, days, variables };
  const instances = makeInstances(context, spaceCount < 10 ? 1 : spaceCount < 200 ? 3 : 4);
  const templates = Array.from({ length: templateCount }, (_, index) => makeTemplate(context, index));
  const spaces = Array.from({ length: spaceCount }, (_, index) => makeSpace(context, index, { instances, templates }));
  const report: FleetReport = {
    format: 1,
    readAt,
    previousAt: new Date(end - 3_600_000).toISOString(),
    management: { url: "https://octopus.example.com", spaceId: "Spaces-1", space: "Management" },
    selection: "",
    cost: { requests: 7 * instances.length + 3 * spaceCount, seconds: 2 + Math.round(spaceCount / 8) },
    inStep: worstInStep(spaces.map(({ inStep }) => inStep)),
    well: worstWell([...spaces, ...instances].map(({ well }) => well)),
    instances,
    templates: templates.map((template) => ({
      ...template,
      inStep: worstInStep(
        spaces.flatMap(({ copies }) =>
          copies.filter((copy) => copy.template === template.key).map(({ inStep }) => inStep),
        ),
      ),
    })),
    rings: spaceCount < 10 ? [] : rings,
    spaces,
    attention: [],
    desirePaths: spaceCount < 10 ? [] : makeDesirePaths(context, spaces, templates),
    notes:
      spaceCount < 200
        ? []
        : [
            "The key of https://octopus-3.example.com may not read the whole instance, so its spaces were asked one by one.",
          ],
  };
  report.attention = findAttention(report, { isNew: () => random.chance(0.1) });
  return report;
}

interface Context {
  random: Random;
  end: number;
  days: number;
  variables: number;
}

function makeInstances({ random, end }: Context, length: number): FleetInstance[] {
  return Array.from({ length }, (_, index): FleetInstance => {
    const url = index === 0 ? "https://octopus.example.com" : `https://octopus-${index + 1}.example.com`;
    const isStale = index === 2;
    const findings: FleetFinding[] = [];
    if (isStale)
      findings.push(
        finding(
          "offline",
          `${url} does not answer: connection refused.`,
          end - 2.2 * 3_600_000,
          "See whether the server runs",
          url,
        ),
      );
    if (index === 1) {
      findings.push(
        finding(
          "keyExpiring",
          `The key of ${url} expires in 9 days.`,
          end - 5 * dayLength,
          "Make a new key",
          `${url}/app#/users/me/apiKeys`,
        ),
      );
      findings.push(
        finding(
          "upgradeAtHand",
          `Octopus 2026.4 can be installed on ${url}.`,
          end - 20 * dayLength,
          "See what is new",
          "https://octopus.com/whatsnew",
        ),
      );
    }
    if (index === 3)
      findings.push(finding("notAllowed", `The user of ${url} may not see the licence.`, end - 60 * dayLength));
    return {
      url,
      well: worstWell(findings.map(({ state }) => state).filter(isWellState)),
      findings,
      readAt: iso(isStale ? end - 2.2 * 3_600_000 : end - 4000),
      isStale,
      version: ["2026.3.1204", "2026.2.9981", "2025.4.10333", "2026.3.1204"][index] ?? "2026.3.1",
      ...(index === 1 && { upgrade: "2026.4.112" }),
      nodes: Array.from({ length: index === 0 ? 3 : 1 }, (__, node) => ({
        name: `octopus-${index + 1}-node-${node + 1}`,
        isOffline: index === 0 && node === 2,
        isInMaintenance: false,
        lastSeen: iso(end - (node === 2 ? 4 * 3_600_000 : 12_000)),
        running: random.integer(0, 5),
        mostTasks: 10,
      })),
      ...(index !== 3 && {
        license: {
          isCompliant: true,
          summary: "Enterprise, with support",
          expires: iso(end + (300 + index) * dayLength),
          limits: [
            { name: "Projects", used: 941, limit: 1000 },
            { name: "Tenants", used: 412, limit: 2000 },
            { name: "Machines", used: 1802 },
          ],
        },
      }),
      user: "fleet-reader",
      ...(index === 1 && { keyExpires: iso(end + 9 * dayLength) }),
      queue: { queued: index === 0 ? 4 : 0, running: random.integer(0, 6), longestWaitSeconds: index === 0 ? 95 : 0 },
      otherSpaces:
        index === 0
          ? [
              { id: "Spaces-1", name: "Management" },
              { id: "Spaces-9", name: awkwardNames[0] ?? "" },
            ]
          : [],
      limits:
        index === 3 ? ["The licence was not read: the user may not see it.", "Tasks were counted space by space."] : [],
    };
  });
}

function makeTemplate({ random, end }: Context, index: number): FleetTemplate {
  const versions = Array.from({ length: random.integer(4, 12) }, (_, place) => ({ place })).map(
    ({ place }, position) => ({
      version: `${2 + (index % 2)}.${12 - place}.${random.integer(0, 4)}`,
      published: iso(end - (position * 17 + 3) * dayLength - random.integer(0, 5) * 3_600_000),
    }),
  );
  return {
    key: `Managed.${(templateNames[index % templateNames.length] ?? "").replaceAll(/\W/g, "")}.${index}`,
    kind: kinds[index % kinds.length] ?? "Project",
    name:
      index === 5
        ? (awkwardNames[0] ?? "")
        : `${templateNames[index % templateNames.length]}${index < templateNames.length ? "" : ` ${index}`}`,
    inStep: "upToDate",
    newest: versions[0]?.version ?? "1.0.0",
    versions,
  };
}

function makeSpace(
  context: Context,
  index: number,
  { instances, templates }: { instances: readonly FleetInstance[]; templates: readonly FleetTemplate[] },
): FleetSpace {
  const { random, end } = context;
  const awkward = index % 23 === 7 ? awkwardNames[Math.floor(index / 23) % awkwardNames.length] : undefined;
  const name =
    awkward ??
    `${cities[index % cities.length]} ${teams[Math.floor(index / cities.length) % teams.length]}${index < 250 ? "" : ` ${Math.floor(index / 250) + 1}`}`;
  const instance = instances[index % instances.length];
  const url = instance?.url ?? "";
  const id = `Spaces-${index + 40}`;
  const isStale = instance?.isStale === true;
  const projects = Array.from({ length: random.integer(3, 12) }, (_, place) => ({
    id: `Projects-${index * 20 + place}`,
    name:
      place < 2
        ? `${projectNames[place]}`
        : place === 5 && index % 40 === 5
          ? (awkwardNames[1] ?? "")
          : `${random.pick(projectNames)} ${random.pick(teams)} ${place}`,
  }));
  const copies = templates
    .filter(() => random.chance(0.92))
    .map((template, place) => makeCopy(context, template, { url, id, place, projects, index }));
  const findings = isStale ? [...(instance?.findings ?? [])] : makeFindings(context, index, url, id);
  const inStep = worstInStep(copies.map((copy) => copy.inStep));
  const ring = random.chance(0.1) ? rings[0] : random.chance(0.3) ? rings[1] : rings[2];
  return {
    tenant: {
      id: `Tenants-${index + 100}`,
      name: index % 11 === 3 ? `Customer ${name}`.slice(0, 200) : name,
      tags: [
        `Ring/${ring}`,
        `Region/${regions[index % regions.length]}`,
        ...(index % 31 === 4 ? [`Customer/${awkwardNames[6]}`] : []),
      ],
    },
    instance: url,
    id,
    name,
    url: `${url}/app#/${id}`,
    inStep,
    well: worstWell(findings.map(({ state }) => state).filter(isWellState)),
    findings,
    readAt: iso(isStale ? end - 2.2 * 3_600_000 : end - 3000),
    isStale,
    ...(index % 17 !== 16 && { ring: ring ?? "" }),
    counts: {
      projects: projects.length,
      environments: 3,
      tenants: random.integer(0, 40),
      targets: random.integer(0, 60),
      targetsOffline: findings.some(({ state }) => state === "machinesOffline") ? 3 : 0,
      workers: random.integer(0, 6),
      workersOffline: 0,
    },
    projects,
    environments: ["Development", "Staging", index % 50 === 9 ? "Prod <b>" : "Production"],
    variables: [
      ...new Set(
        Array.from({ length: random.integer(8, context.variables) }, (_, place) =>
          place < 6 ? (variableNames[place] ?? "") : `${random.pick(teams)}.${random.pick(variableNames)}`,
        ),
      ),
    ],
    people: Array.from({ length: random.integer(1, 5) }, (_, place) => ({
      name:
        place === 0
          ? random.pick(peopleNames)
          : `${random.pick(["Ana", "Jonas", "Priya", "Tom", "Yuki"])} ${random.pick(["Keller", "Silva", "Novak", "Brown", "Sato"])}`,
      does: place === 0 ? "Space manager" : random.pick(["Project lead", "Deployer", "Project viewer"]),
    })),
    stepTemplates: ["Slack - Notify", "SQL - Run Script", "Managed Spaces - Find Updates"].map((one) => ({
      name: one,
      version: String(random.integer(3, 6)),
    })),
    copies,
    days: makeDays(
      context,
      findings.some(({ state }) => state === "failing"),
    ),
    daysSince: iso(end - context.days * dayLength),
    recent: makeRecent(
      context,
      projects,
      index,
      findings.some(({ state }) => state === "failing"),
    ),
  };
}

function makeFindings({ random, end }: Context, index: number, url: string, id: string): FleetFinding[] {
  const findings: FleetFinding[] = [];
  if (random.chance(0.03))
    findings.push(
      finding(
        "failing",
        '"Deploy Website release 1.4.2 to Production" failed, and nothing like it has succeeded since.',
        end - random.integer(1, 30) * 3_600_000,
        "Open the last failure",
        `${url}/app#/${id}/tasks/ServerTasks-${index}`,
      ),
    );
  if (random.chance(0.03))
    findings.push(
      finding(
        "machinesOffline",
        "3 of 14 deployment targets cannot be reached, or are unhealthy.",
        end - random.integer(1, 12) * dayLength,
        "Open the targets",
        `${url}/app#/${id}/infrastructure/machines?healthStatuses=Unavailable`,
      ),
    );
  if (random.chance(0.01))
    findings.push(
      finding("queueStopped", "Its task queue is stopped: nothing is deployed or run.", end - 3 * dayLength),
    );
  return findings;
}

function makeCopy(
  { random, end }: Context,
  template: FleetTemplate,
  {
    url,
    id,
    place,
    projects,
    index,
  }: { url: string; id: string; place: number; projects: FleetSpace["projects"]; index: number },
): FleetCopy {
  const isBehind = random.chance(0.22);
  const behind = isBehind ? Math.min(random.integer(1, 6), template.versions.length - 1) : 0;
  const inStep: InStepState = random.chance(0.012)
    ? "conflict"
    : random.chance(0.005)
      ? "gone"
      : random.chance(0.004)
        ? "unknown"
        : behind > 0
          ? "behind"
          : random.chance(0.08)
            ? "changedHere"
            : random.chance(0.02)
              ? "adopted"
              : "upToDate";
  const changes = inStep === "changedHere" || random.chance(0.15) ? random.integer(1, 7) : 0;
  const version = template.versions[behind];
  return {
    template: template.key,
    receipt: `${template.key}-${index}`,
    name: template.kind === "Project" && random.chance(0.3) ? (projects[place]?.name ?? template.name) : template.name,
    url: `${url}/app#/${id}/projects/Projects-${index * 20 + place}`,
    inStep,
    since: iso(end - random.integer(1, 90) * dayLength),
    ...(inStep !== "unknown" && version !== undefined && { version: version.version }),
    behind,
    ...(behind > 0 &&
      template.versions[behind - 1]?.published !== undefined && {
        behindSince: template.versions[behind - 1]?.published ?? "",
      }),
    isInGit: place === 1 && random.chance(0.5),
    changedHere: Array.from(
      { length: changes },
      (_, number) =>
        `Step "Deploy to web server ${number + 1}": the time limit is ${random.integer(10, 60)} minutes here, and 15 in the template.`,
    ),
    conflicts:
      inStep === "conflict"
        ? [
            `Variable "${random.pick(variableNames)}" was changed here and in ${template.newest}.`,
            'Step "Smoke test": its script was changed on both sides.',
          ]
        : [],
    pending:
      behind > 0
        ? Array.from(
            { length: random.integer(1, 8) },
            (_, number) =>
              `Step "${random.pick(["Notify", "Smoke test", "Warm up"])} ${number + 1}" would be ${random.pick(["added", "changed", "removed"])}.`,
          )
        : [],
    comparedAt: iso(end - random.integer(0, 40) * 3_600_000),
    ...(inStep === "unknown" && {
      problem: "The receipt could not be read: it was written by a newer version. Run the newest Report Fleet.",
    }),
  };
}

function makeDays({ random, end, days }: Context, isFailing: boolean): FleetDays {
  const from = new Date(end - (days - 1) * dayLength).toISOString().slice(0, 10);
  const busy = random.integer(0, 9);
  const succeeded = Array.from({ length: days }, (_, day) => ((day + 3) % 7 > 4 ? 0 : random.integer(0, busy)));
  const failed = succeeded.map((value, day) =>
    isFailing && day > days - 5 ? random.integer(1, 3) : value > 0 && random.chance(0.06) ? 1 : 0,
  );
  return {
    from,
    succeeded,
    failed,
    seconds: succeeded.map((value, day) => (value + (failed[day] ?? 0)) * random.integer(40, 400)),
  };
}

function makeRecent(
  { random, end }: Context,
  projects: FleetSpace["projects"],
  index: number,
  isFailing: boolean,
): FleetSpace["recent"] {
  return Array.from({ length: 5 }, (_, place) => ({
    at: iso(end - (place * 9 + random.integer(1, 8)) * 3_600_000),
    type: place === 4 ? "RunbookRun" : "Deploy",
    text:
      place === 4
        ? "Run Nightly Clean-up in Production"
        : `Deploy ${random.pick(projects).name} release 1.${random.integer(0, 40)}.${place} to ${random.pick(["Staging", "Production"])}`,
    state: isFailing && place < 2 ? "Failed" : "Success",
    seconds: random.integer(20, 900),
    task: `ServerTasks-${index * 10 + place}`,
  }));
}

function makeDesirePaths(
  { random }: Context,
  spaces: readonly FleetSpace[],
  templates: readonly FleetTemplate[],
): FleetDesirePath[] {
  const of = spaces.length;
  const some = (share: number): string[] => spaces.filter(() => random.chance(share)).map(({ tenant }) => tenant.id);
  const template = templates[0]?.key ?? "";
  const raised = some(0.14);
  const added = some(0.06);
  const half = Math.ceil(raised.length / 2);
  return [
    {
      template,
      text: `${raised.length} of ${of} raised the time limit of Smoke test to between 20 and 30 minutes`,
      spaces: raised,
      of,
      values: [
        { value: "20 minutes", spaces: raised.slice(0, half) },
        { value: "30 minutes", spaces: raised.slice(half) },
      ],
      helps: [
        {
          title: "Take it into the template",
          text: "In step Smoke test, set the time limit to 30 minutes, and publish a version.",
        },
        {
          title: "Make it a tenant variable",
          text: 'Octopus.Action.Script.Timeout: "#{Smoke.TimeLimit}"\nSmoke.TimeLimit:\n  default: 15\n  Tenants-104: 20',
        },
        {
          title: "Accept it as the space's own",
          text: "managed-spaces accept --template web-service --path steps/smoke-test/timeout",
        },
      ],
    },
    {
      template: templates[1]?.key ?? template,
      text: `${added.length} of ${of} added a step Notify at the end`,
      spaces: added,
      of,
      values: [],
      helps: [{ title: "Take it into the template", text: "Add the step Notify at the end, and publish a version." }],
    },
  ];
}

function finding(state: FleetState, text: string, since: number, help?: string, url?: string): FleetFinding {
  return {
    state,
    text,
    since: iso(since),
    ...(help !== undefined && { mend: { text: help, ...(url !== undefined && { url }) } }),
  };
}

function isWellState(state: FleetState): state is WellState {
  return (
    rankOf(state) >= 0 &&
    !["conflict", "gone", "unknown", "behind", "changedHere", "adopted", "upToDate"].includes(state)
  );
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

/** The same numbers for the same seed: mulberry32. */
function createRandom(seed: number): {
  chance(share: number): boolean;
  integer(from: number, to: number): number;
  pick<One>(from: readonly [One, ...One[]] | readonly One[]): One;
} {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const integer = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    chance: (share) => next() < share,
    integer,
    pick(from) {
      const one = from[integer(0, from.length - 1)];
      if (one === undefined) throw new Error("There is nothing to pick from.");
      return one;
    },
  };
}
