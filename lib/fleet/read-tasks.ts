import { textOf } from "../model/json.ts";
import type { OctopusApi, OctopusDocument, Query } from "../octopus/octopus-api.ts";
import type { KnownInstance, KnownSpace } from "./known.ts";
import { toIso } from "./read-instance.ts";
import { readPages } from "./read-pages.ts";

/** Days of which tasks are counted the first time, and that a page shows. */
export const countedDays = 30;

const day = 86_400_000;

/** Milliseconds before the last known end in which another node's clock may have put one more. */
const overlap = 10 * 60_000;

/** A deployment or runbook run that has ended. */
export interface EndedTask {
  id: string;
  spaceId: string;
  project: string;
  type: string;
  text: string;
  state: string;
  at: string;
  seconds: number | undefined;
}

export interface TaskReading {
  ended: EndedTask[];
  /** How many waited and ran, and the longest wait in seconds. */
  queue: KnownInstance["queue"];
  /** What of the instance's notes changes. */
  notes: Pick<KnownInstance, "tasksUpTo" | "tasksSeen" | "tasksSince">;
}

/**
 * Reads deployments and runbook runs of all spaces that ended since the last time: one request where there are few, newest first, and
 * one more for what waits and runs.
 * @param mostPages - what does not fit is not counted, and {@link KnownInstance.tasksSince} tells since when all is
 */
export async function readTasks(
  api: OctopusApi,
  known: KnownInstance,
  { now, mostPages }: { now: Date; mostPages: number },
): Promise<TaskReading> {
  const isFirst = known.tasksUpTo === undefined;
  const from = isFirst ? now.getTime() - countedDays * day : Date.parse(known.tasksUpTo ?? "") - overlap;
  const since = new Date(from).toISOString();
  const [{ tasks, isWhole }, active] = await Promise.all([
    listTasks(api, isFirst ? { fromQueueDate: since } : { fromCompletedDate: since }, mostPages),
    isFirst ? Promise.resolve(undefined) : listTasks(api, { active: true }, 1),
  ]);
  const seen = new Set(known.tasksSeen);
  const all = tasks.flatMap((task) => toEnded(task) ?? []);
  const ended = all.filter(({ id }) => !seen.has(id));
  // A node whose clock is ahead would have all that ends elsewhere meanwhile be overlooked.
  const past = all.filter(({ at }) => at <= now.toISOString());
  const newest =
    past
      .map(({ at }) => at)
      .toSorted()
      .at(-1) ??
    known.tasksUpTo ??
    since;
  const oldest = all.map(({ at }) => at).toSorted()[0] ?? since;
  const horizon = new Date(Date.parse(newest) - overlap).toISOString();
  return {
    ended,
    queue: toQueue(active?.tasks ?? tasks, now),
    notes: {
      tasksUpTo: newest,
      tasksSeen: all.filter(({ at }) => at >= horizon).map(({ id }) => id),
      tasksSince: isWhole ? (known.tasksSince ?? since) : oldest,
    },
  };
}

const ofInterest = { name: ["Deploy", "RunbookRun"] };

/** A task that begins between two requests moves the others, so that one may be met on two pages. */
async function listTasks(
  api: OctopusApi,
  query: Query,
  mostPages: number,
): Promise<{ tasks: OctopusDocument[]; isWhole: boolean }> {
  const { items, isWhole } = await readPages(api, "/tasks", { query: { ...ofInterest, ...query }, mostPages });
  const tasks = new Map(items.map((item) => [textOf(item, "Id"), { ...item, Id: textOf(item, "Id") }]));
  return { tasks: [...tasks.values()], isWhole };
}

function toEnded(task: OctopusDocument): EndedTask | undefined {
  const at = toIso(textOf(task, "CompletedTime"));
  const state = textOf(task, "State");
  if (at === undefined || !["Success", "Failed", "TimedOut"].includes(state)) return undefined;
  const start = Date.parse(textOf(task, "StartTime"));
  return {
    id: task.Id,
    spaceId: textOf(task, "SpaceId"),
    project: textOf(task, "ProjectId"),
    type: textOf(task, "Name"),
    text: textOf(task, "Description"),
    state,
    at,
    seconds: Number.isNaN(start) ? undefined : Math.max(0, Math.round((Date.parse(at) - start) / 1000)),
  };
}

function toQueue(tasks: readonly OctopusDocument[], now: Date): KnownInstance["queue"] {
  const inState = (...states: string[]): OctopusDocument[] =>
    tasks.filter((task) => states.includes(textOf(task, "State")));
  const queued = inState("Queued", "New").filter((task) => !(Date.parse(textOf(task, "QueueTime")) > now.getTime()));
  const waits = queued.map((task) => (now.getTime() - Date.parse(textOf(task, "QueueTime"))) / 1000);
  return {
    queued: queued.length,
    running: inState("Executing", "Cancelling").length,
    longestWaitSeconds: Math.round(Math.max(0, ...waits.filter((wait) => !Number.isNaN(wait)))),
  };
}

/** How many of the newest a page shows of a space. */
const mostRecent = 8;

/** Adds what ended to what is known of its space; days that no page shows any more are left to the history. */
export function countTasks(space: KnownSpace, ended: readonly EndedTask[], now: Date): void {
  for (const task of ended.toSorted((a, b) => (a.at < b.at ? -1 : 1))) {
    const date = task.at.slice(0, 10);
    const [succeeded, failed, seconds] = space.days[date] ?? [0, 0, 0];
    const isGood = task.state === "Success";
    space.days[date] = [succeeded + Number(isGood), failed + Number(!isGood), seconds + (task.seconds ?? 0)];
    const what = whatRan(task);
    if (isGood) delete space.failing[what];
    else space.failing[what] = { text: task.text, at: task.at, task: task.id };
    space.recent.unshift(toRecent(task));
  }
  const oldest = new Date(now.getTime() - (countedDays + 5) * day).toISOString();
  for (const date of Object.keys(space.days)) if (date < oldest.slice(0, 10)) delete space.days[date];
  for (const [what, failure] of Object.entries(space.failing)) if (failure.at < oldest) delete space.failing[what];
  space.recent = [...new Map(space.recent.map((one) => [one.task, one])).values()].slice(0, mostRecent);
}

function toRecent({ at, type, text, state, seconds, id }: EndedTask): KnownSpace["recent"][number] {
  return { at, type, text, state, task: id, ...(seconds !== undefined && { seconds }) };
}

/** Tells a deployment to an environment, or a run, from others by its sentence, whatever release or snapshot it was of. */
function whatRan({ project, type, text }: EndedTask): string {
  return `${type} ${project} ${text.replace(/\b(release|snapshot)\s+\S+/gi, "")}`;
}
