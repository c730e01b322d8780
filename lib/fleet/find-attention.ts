import { pluralOf } from "../resources/describe-by-kind.ts";
import { commandFor, quote } from "./find-findings.ts";
import type {
  FleetAttention,
  FleetCopy,
  FleetFinding,
  FleetInstance,
  FleetReport,
  FleetSpace,
  Mend,
} from "./fleet-report.ts";
import { groupBy } from "./group-by.ts";
import type { SinceClock } from "./since-clock.ts";
import { lookOf, rankOf, type FleetState, type InStepState } from "./states.ts";

/** What needs a person, the worst first. What many places have from the same cause is one line. */
export function findAttention(report: FleetReport, clock: Pick<SinceClock, "isNew">): FleetAttention[] {
  const items = [
    ...report.instances.flatMap((instance) => ofInstance(instance, report, clock)),
    ...ofSpaces(report, clock),
    ...ofCopies(report, clock),
  ];
  return items.toSorted((a, b) => rankOf(a.state) - rankOf(b.state) || b.spaces.length - a.spaces.length);
}

function needsPerson({ state }: { state: FleetState }): boolean {
  return lookOf(state).needsPerson;
}

function ofInstance(
  { url, findings }: FleetInstance,
  { spaces }: FleetReport,
  clock: Pick<SinceClock, "isNew">,
): FleetAttention[] {
  const own = spaces.filter(({ instance }) => instance === url).map(({ tenant }) => tenant.id);
  return findings.filter(needsPerson).map(({ state, text, since, mend }) => ({
    state,
    text: text.includes(url) ? text : `${url}: ${text}`,
    since,
    instance: url,
    spaces: own,
    isNew: clock.isNew(url, state),
    ...(mend !== undefined && { mend }),
  }));
}

interface Found {
  space: FleetSpace;
  finding: FleetFinding;
}

/** A silent instance is told once, and not with each of its spaces. */
function ofSpaces({ spaces, instances }: FleetReport, clock: Pick<SinceClock, "isNew">): FleetAttention[] {
  const told = new Set(instances.flatMap(({ url, findings }) => findings.map(({ state }) => `${url} ${state}`)));
  const all = spaces.flatMap((space) =>
    space.findings
      .filter((finding) => needsPerson(finding) && !told.has(`${space.instance} ${finding.state}`))
      .map((finding): Found => ({ space, finding })),
  );
  return [...groupBy(all, ({ finding }) => `${finding.state} ${finding.text}`).values()].map((group) => {
    const [first] = group;
    const state = first?.finding.state ?? "unknown";
    const mend = group.length === 1 ? first?.finding.mend : mendTogether(group);
    return {
      state,
      text: `${nameSpaces(group.map(({ space }) => space))}: ${first?.finding.text ?? ""}`,
      since: earliest(group.map(({ finding }) => finding.since)),
      spaces: group.map(({ space }) => space.tenant.id),
      isNew: group.some(({ space }) => clock.isNew(space.tenant.id, state)),
      ...(mend !== undefined && { mend }),
    };
  });
}

/** A link that is about one of several would be wrong of the others, and so would a command but one that takes all of them. */
function mendTogether(group: readonly Found[]): Mend | undefined {
  const [mend] = group.map(({ finding }) => finding.mend);
  if (mend === undefined) return undefined;
  const begins = group.map(({ space, finding }) => {
    const [own, command = ""] = [commandFor("", [space.tenant.name]), finding.mend?.command];
    return command.endsWith(own) ? command.slice(0, -own.length) : "";
  });
  const [begin = ""] = begins;
  const command =
    begin !== "" && begins.every((one) => one === begin)
      ? commandFor(
          begin,
          group.map(({ space }) => space.tenant.name),
        )
      : undefined;
  return { text: mend.text, ...(command !== undefined && { command }) };
}

interface CopyOf {
  space: FleetSpace;
  copy: FleetCopy;
}

function ofCopies({ spaces, templates }: FleetReport, clock: Pick<SinceClock, "isNew">): FleetAttention[] {
  const all = spaces.flatMap((space) => space.copies.map((copy): CopyOf => ({ space, copy })));
  const wanting = all.filter(({ copy }) => lookOf(copy.inStep).needsPerson);
  const groups = groupBy(wanting, ({ copy }) =>
    JSON.stringify([copy.template, copy.inStep, lacksCommits(copy), copy.problem ?? ""]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { template, inStep } = first.copy;
    const name = templates.find(({ key }) => key === template)?.name ?? template;
    const of = all.filter(({ copy }) => copy.template === template).length;
    return [
      {
        state: inStep,
        text: describeCopies(group, { name, of, newest: templates.find(({ key }) => key === template)?.newest ?? "" }),
        since: earliest(group.map(({ copy }) => copy.since)),
        template,
        spaces: listSpaces(group).map(({ tenant }) => tenant.id),
        isNew: group.some(({ space, copy }) => clock.isNew(`${space.tenant.id} ${copy.receipt}`, inStep)),
        ...mendCopies(group, { name, isBaseline: templates.find(({ key }) => key === template)?.kind === "Baseline" }),
      },
    ];
  });
}

/** Of one in Git, whether it is behind in nothing else. */
function lacksCommits({ behind, commitsBehind = 0 }: FleetCopy): boolean {
  return behind === 0 && commitsBehind > 0;
}

/** Each once: it may have several copies. */
function listSpaces(group: readonly CopyOf[]): FleetSpace[] {
  return [...new Set(group.map(({ space }) => space))];
}

function describeCopies(
  group: readonly CopyOf[],
  { name, of, newest }: { name: string; of: number; newest: string },
): string {
  const [first] = group;
  const places = nameSpaces(listSpaces(group));
  const behind = group.map(({ copy }) => copy.behind);
  const [least, most] = [Math.min(...behind), Math.max(...behind)];
  const states: Partial<Record<InStepState, string>> = {
    conflict: `"${name}" has conflicts in ${places}: people and the template changed the same.`,
    gone: `"${name}" was deleted in ${places}.`,
    behind:
      first !== undefined && lacksCommits(first.copy)
        ? `"${name}" lacks commits of its template in ${places}.`
        : most === 0
          ? `"${name}" is not as its newest version says in ${places}.`
          : `${group.length} of ${of} copies of "${name}" ${group.length === 1 ? "is" : "are"} behind ${newest} by ${least === most ? "" : `${least} to `}${most} ${most === 1 ? "version" : "versions"}: ${places}.`,
    unknown: `"${name}" in ${places}: ${first?.copy.problem ?? "how it stands is not known."}`,
  };
  return states[first?.copy.inStep ?? "unknown"] ?? "";
}

function mendCopies(
  group: readonly CopyOf[],
  { name, isBaseline }: { name: string; isBaseline: boolean },
): Pick<FleetAttention, "mend"> {
  const [first] = group;
  if (first === undefined || first.copy.inStep === "unknown") return {};
  const names = listSpaces(group).map(({ tenant }) => tenant.name);
  // What a baseline says is no template's: it comes with the space.
  if (first.copy.inStep === "behind" && lacksCommits(first.copy))
    return {
      mend: {
        text: "Merge the template's commits.",
        command: commandFor(`managed-spaces merge --project ${quote(name)}`, names),
      },
    };
  const begin = isBaseline ? "managed-spaces populate" : `managed-spaces deploy --project ${quote(name)}`;
  const command = commandFor(begin, names);
  if (first.copy.inStep === "behind")
    return { mend: { text: isBaseline ? "Populate the spaces again." : "Deploy the newest version.", command } };
  const url = group.length === 1 ? first.copy.url : undefined;
  const texts = {
    conflict: first.copy.isInGit
      ? "Preview Updates shows the conflicts in its files; Merge Updates opens a pull request in which people settle them."
      : 'Let people decide whose change stays, or deploy with "Overwrite Downstream Changes".',
    gone: "Deploy it again, or delete its receipt if it is to stay away.",
  };
  const text = first.copy.inStep === "gone" ? texts.gone : texts.conflict;
  return { mend: { text, ...(url !== undefined && first.copy.inStep !== "gone" && { url }) } };
}

/** The first three, and how many others. */
export function nameSpaces(spaces: readonly FleetSpace[]): string {
  const names = spaces.map(({ name }) => `"${shorten(name)}"`);
  if (names.length <= 3) return names.join(names.length === 2 ? " and " : ", ");
  return `${names.length} ${pluralOf("space")} (${names.slice(0, 3).join(", ")} and ${names.length - 3} more)`;
}

/** Letters of a name that a sentence shows; the place itself is linked. */
const longestName = 60;

function shorten(name: string): string {
  const letters = [...name];
  return letters.length <= longestName ? name : `${letters.slice(0, longestName - 1).join("")}…`;
}

function earliest(times: readonly string[]): string {
  return times.toSorted()[0] ?? "";
}
