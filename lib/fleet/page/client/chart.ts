import type { FleetDays } from "../../fleet-report.ts";
import { h, svg } from "./element.ts";
import { count, digits, duration, exact, percent } from "./words.ts";

export interface Totals {
  succeeded: number;
  failed: number;
  seconds: number;
}

const dayLength = 86_400_000;

/** The last days of what is known, ending with the report's day. */
export function lastDays(days: FleetDays, end: string, length: number): FleetDays {
  const from = Date.parse(`${end.slice(0, 10)}T00:00:00Z`) - (length - 1) * dayLength;
  const shift = Math.round((from - Date.parse(`${days.from}T00:00:00Z`)) / dayLength);
  const take = (values: readonly number[]): number[] =>
    Array.from({ length }, (_, index) => values[index + shift] ?? 0);
  return {
    from: new Date(from).toISOString().slice(0, 10),
    succeeded: take(days.succeeded),
    failed: take(days.failed),
    seconds: take(days.seconds),
  };
}

/** Many spaces' days together: all of them of one length, from one day. */
export function addDays(all: readonly FleetDays[]): FleetDays {
  const [first = { from: "", succeeded: [], failed: [], seconds: [] }] = all;
  const add = (key: "succeeded" | "failed" | "seconds"): number[] =>
    first[key].map((_, index) => all.reduce((sum, days) => sum + (days[key][index] ?? 0), 0));
  return { from: first.from, succeeded: add("succeeded"), failed: add("failed"), seconds: add("seconds") };
}

export function totalOf(days: FleetDays): Totals {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return { succeeded: sum(days.succeeded), failed: sum(days.failed), seconds: sum(days.seconds) };
}

/** `41 deployments in 30 days, 3 failed` */
export function tellTotals({ succeeded, failed }: Totals, length: number): string {
  const all = count(succeeded + failed, "deployment");
  return `${all} in ${length} days${failed === 0 ? "" : `, ${digits(failed)} failed`}`;
}

/** A bar a day: what succeeded, and on top of it what failed. */
export function sparkline(days: FleetDays, { width = 120, height = 24, label = "" } = {}): SVGElement {
  const { succeeded, failed } = days;
  const length = Math.max(succeeded.length, 1);
  const most = Math.max(1, ...succeeded.map((value, index) => value + (failed[index] ?? 0)));
  const step = width / length;
  const bar = Math.max(step - 1, 1);
  const paths = { good: "", bad: "" };
  for (let index = 0; index < length; index += 1) {
    const [fine, wrong] = [succeeded[index] ?? 0, failed[index] ?? 0];
    // What is one of hundreds is still to be seen.
    const [low, high] = [fine, wrong].map((value) => (value === 0 ? 0 : Math.max((value / most) * height, 1.5)));
    const x = (index * step).toFixed(1);
    if (low) paths.good += `M${x} ${height}h${bar.toFixed(1)}v-${low.toFixed(1)}h-${bar.toFixed(1)}z`;
    if (high)
      paths.bad += `M${x} ${(height - (low ?? 0)).toFixed(1)}h${bar.toFixed(1)}v-${high.toFixed(1)}h-${bar.toFixed(1)}z`;
  }
  return svg(
    "svg",
    {
      class: "spark",
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": label || tellTotals(totalOf(days), length),
    },
    svg("path", { class: "bar good", d: paths.good }),
    svg("path", { class: "bar bad", d: paths.bad }),
  );
}

/** A sparkline with its days and its highest value. */
export function chart(days: FleetDays, height: number): HTMLElement {
  const most = Math.max(0, ...days.succeeded.map((value, index) => value + (days.failed[index] ?? 0)));
  const last = Date.parse(days.from) + (days.succeeded.length - 1) * dayLength;
  return h(
    "figure",
    { class: "chart" },
    h("div", { class: "most quiet", "aria-hidden": "true" }, most > 0 && `${digits(most)} a day`),
    sparkline(days, { width: 720, height }),
    h(
      "figcaption",
      { class: "quiet", "aria-hidden": "true" },
      h("span", {}, exact(days.from)),
      h("span", {}, Number.isNaN(last) ? "" : exact(new Date(last).toISOString().slice(0, 10))),
    ),
  );
}

/** Success and duration in words, for a row of facts. */
export function factsOf({ succeeded, failed, seconds }: Totals): string[] {
  const all = succeeded + failed;
  if (all === 0) return ["No deployments"];
  return [
    count(all, "deployment"),
    failed === 0 ? "none failed" : `${digits(failed)} failed`,
    `${percent(succeeded, all)} succeeded`,
    ...(seconds > 0 ? [`${duration(seconds / all)} on average`] : []),
  ];
}
