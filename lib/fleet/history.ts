import * as z from "zod/mini";
import type { FleetStore } from "./fleet-store.ts";
import { refuseNewer } from "./fleet-store.ts";
import type { Known } from "./known.ts";

// A line a day and space, a document a month (decisions/0026): servers delete their tasks, and what lies in artifacts goes with its task.

const historyFormat = 1;

/** Months that are kept beside the current one: more than 400 days. */
const keptMonths = 14;

/** Days at most that one run writes lines of, when none ran before. */
const longestGap = 35;

const day = 86_400_000;

/**
 * What a space was on a day: deployments and runs that succeeded and failed, seconds of both; its states, projects, targets, copies that
 * were behind and in conflict as they were known at the day's end, absent where nobody looked.
 */
const Line = z.object({
  /** Succeeded, failed, seconds. */
  ran: z.tuple([z.number(), z.number(), z.number()]),
  inStep: z.optional(z.string()),
  well: z.optional(z.string()),
  projects: z.optional(z.number()),
  targets: z.optional(z.number()),
  behind: z.optional(z.number()),
  conflicts: z.optional(z.number()),
});

const Month = z.object({
  format: z.literal(historyFormat),
  /** By tenant; a line has its place by its day of the month. */
  spaces: z.record(z.string(), z.object({ name: z.string(), lines: z.record(z.string(), Line) })),
});

export type HistoryLine = z.infer<typeof Line>;
type Month = z.infer<typeof Month>;

/** One line of the history, as it is listed. */
export interface HistoryEntry {
  day: string;
  tenant: string;
  name: string;
  line: HistoryLine;
}

function nameMonth(date: string): string {
  return `history ${date.slice(0, 7)}`;
}

/**
 * Writes the lines of the days that ended since the last time, and at once that of the last day of a space that nobody stands for any
 * more. The same again writes the same, so that a run that was killed before it noted that loses and doubles nothing.
 * @param known - also of tenants that are no more
 * @param before - what the look before left: what spaces were when its day ended
 * @param names - by tenant, what its space is called, of all tenants that there are
 * @returns up to which day there are lines now
 */
export async function archiveDays(
  store: FleetStore,
  { known, before }: { known: Known; before: Known },
  { names, now }: { names: ReadonlyMap<string, string>; now: Date },
): Promise<string | undefined> {
  const dates = listDates(known.archivedTo, now);
  const today = toDate(now);
  // The day of which the look before tells how it ended.
  const stoodOn = before.readAt.startsWith(today) ? today : dates.at(-1);
  const spaces = [
    ...listHere(known, names).map((space) => ({ ...space, dates })),
    ...listGone(known, { before, names }).map((space) => ({ ...space, dates: [...dates, today] })),
  ];
  const months = new Set(spaces.flatMap((space) => space.dates.map(nameMonth)));
  if (months.size === 0) return known.archivedTo;
  const documents = await readMonths(store, [...months]);
  for (const month of months) {
    const document = documents.get(month) ?? { format: historyFormat, spaces: {} };
    const former = JSON.stringify(document);
    for (const { tenant, name, dates: own } of spaces)
      for (const date of own.filter((one) => nameMonth(one) === month))
        addLine(document, {
          tenant,
          name,
          date,
          ran: known.spaces[tenant]?.days[date],
          before: date === stoodOn ? before : undefined,
        });
    if (JSON.stringify(document) === former) continue;
    if (!(await store.write(month, document))) return known.archivedTo;
  }
  await removeOld(store, now);
  return dates.at(-1) ?? known.archivedTo;
}

interface NamedSpace {
  tenant: string;
  name: string;
}

/** Each space once: of several tenants that stand for it one remembers. */
function listHere(known: Known, names: ReadonlyMap<string, string>): NamedSpace[] {
  return [...names].flatMap(([tenant, name]) => (Object.hasOwn(known.spaces, tenant) ? [{ tenant, name }] : []));
}

/** No later look will know of them. A space that another tenant stands for by now goes on with that one. */
function listGone(
  known: Known,
  { before, names }: { before: Known; names: ReadonlyMap<string, string> },
): NamedSpace[] {
  const entries = Object.entries(known.spaces);
  const isHere = new Set(entries.flatMap(([tenant, { url, id }]) => (names.has(tenant) ? [`${url} ${id}`] : [])));
  return entries
    .filter(([tenant, { url, id }]) => !names.has(tenant) && !isHere.has(`${url} ${id}`))
    .map(([tenant, { url, id }]) => ({
      tenant,
      name: before.instances[url]?.spaces.find((space) => space.id === id)?.name ?? id,
    }));
}

/** Whole days, up to yesterday. */
function listDates(archivedTo: string | undefined, now: Date): string[] {
  const end = Date.parse(toDate(now)) - day;
  const earliest = end - (longestGap - 1) * day;
  const begin = archivedTo === undefined ? earliest : Math.max(earliest, Date.parse(archivedTo) + day);
  const dates: string[] = [];
  for (let time = begin; time <= end; time += day) dates.push(toDate(new Date(time)));
  return dates;
}

export function toDate(time: Date): string {
  return time.toISOString().slice(0, 10);
}

interface NewLine {
  tenant: string;
  name: string;
  date: string;
  ran: HistoryLine["ran"] | undefined;
  /** What was known when the day ended; of earlier days nobody knows. */
  before: Known | undefined;
}

function addLine(month: Month, { tenant, name, date, ran, before }: NewLine): void {
  const own = month.spaces[tenant] ?? { name, lines: {} };
  const former = own.lines[date.slice(8)];
  const stood = before === undefined ? undefined : describeDay(before, tenant);
  if (ran === undefined && stood === undefined) return;
  const line = { ...former, ...stood, ran: moreOf(ran ?? [0, 0, 0], former?.ran ?? [0, 0, 0]) };
  month.spaces[tenant] = { name, lines: { ...own.lines, [date.slice(8)]: line } };
}

/** @returns undefined for a space that nobody had looked at */
function describeDay(known: Known, tenant: string): Omit<HistoryLine, "ran"> | undefined {
  const [space, states] = [known.spaces[tenant], known.states[tenant]];
  if (space?.readAt === undefined) return undefined;
  return {
    ...states,
    projects: space.projects.length,
    ...(space.targets !== undefined && { targets: space.targets.total }),
  };
}

/** A run that knows nothing of the former ones may reach less of the day than they did. */
function moreOf(one: HistoryLine["ran"], other: HistoryLine["ran"]): HistoryLine["ran"] {
  return one[0] + one[1] >= other[0] + other[1] ? one : other;
}

async function readMonths(store: FleetStore, months: readonly string[]): Promise<Map<string, Month>> {
  const read = await store.read(months);
  const documents = new Map<string, Month>();
  for (const [name, value] of read) {
    refuseNewer(name, value, historyFormat);
    const parsed = Month.safeParse(value);
    if (parsed.success) documents.set(name, parsed.data);
    else await store.putAside(name);
  }
  return documents;
}

async function removeOld(store: FleetStore, now: Date): Promise<void> {
  const oldest = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - keptMonths, 1));
  for (const name of store.names())
    if (/^history \d{4}-\d\d$/.test(name) && name < nameMonth(toDate(oldest))) await store.remove(name);
}

/** All lines that there are from a day on, the oldest first, with one request. */
export async function readHistory(store: FleetStore, { from = "" }: { from?: string } = {}): Promise<HistoryEntry[]> {
  const months = store.names().filter((name) => /^history \d{4}-\d\d$/.test(name) && name >= nameMonth(from));
  const entries: HistoryEntry[] = [];
  for (const [name, { spaces }] of await readMonths(store, months))
    for (const [tenant, space] of Object.entries(spaces))
      for (const [date, line] of Object.entries(space.lines))
        entries.push({ day: `${name.slice("history ".length)}-${date}`, tenant, name: space.name, line });
  const later = entries.filter((entry) => entry.day >= from);
  return later.toSorted((a, b) => (a.day === b.day ? (a.name < b.name ? -1 : 1) : a.day < b.day ? -1 : 1));
}

/** Gives back to spaces of which nothing is known any more the days that the history has and the server's tasks do not reach. */
export function recallDays(known: Known, history: readonly HistoryEntry[]): void {
  for (const { tenant, day: date, line } of history) {
    const space = known.spaces[tenant];
    const since = known.instances[space?.url ?? ""]?.tasksSince?.slice(0, 10) ?? "";
    if (space !== undefined && (space.days[date] === undefined || date <= since)) space.days[date] = line.ran;
  }
}
