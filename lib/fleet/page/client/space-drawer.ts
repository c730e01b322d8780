import type { FleetCopy, FleetDeployment, FleetFinding, FleetSpace } from "../../fleet-report.ts";
import { chart, factsOf, lastDays, totalOf } from "./chart.ts";
import { h, named, type Child } from "./element.ts";
import type { Page } from "./page.ts";
import { badge, foldedList, mendOf, outLink, section, star } from "./parts.ts";
import { staleText } from "./tiles.ts";
import { count, duration, exact, lasting, lengthOf, since } from "./words.ts";

/** All that is known of a space. */
export function spaceDrawer(page: Page, space: FleetSpace): HTMLElement[] {
  return [
    header(page, space),
    ...findingsOf(page, space.findings),
    ...copiesOf(page, space),
    deployments(page, space),
    ...people(space),
    ...inside(space),
  ];
}

function copiesOf(page: Page, space: FleetSpace): HTMLElement[] {
  if (space.copies.length === 0)
    return [section("Copies", h("p", { class: "quiet" }, "No copy of a template is here."))];
  return [
    section(
      count(space.copies.length, "copy", "copies"),
      space.copies.map((copy) => copyBlock(page, copy)),
    ),
  ];
}

function header(page: Page, space: FleetSpace): HTMLElement {
  const { tenant, instance, ring } = space;
  const { management } = page.report;
  return h(
    "header",
    { class: "drawer-head" },
    h(
      "div",
      { class: "tile-head" },
      h("h2", { id: "drawer-title", tabindex: -1 }, named(space.name)),
      star(page, space),
    ),
    h("div", { class: "badges" }, badge(space.inStep), badge(space.well)),
    space.isStale &&
      h(
        "p",
        { class: "stale-note" },
        `${staleText(page, space)}${space.readAt === undefined ? "" : ` · ${exact(space.readAt)}`}`,
      ),
    h(
      "dl",
      { class: "pairs" },
      pair(
        "Space",
        outLink(space.url, space.url === undefined ? "No address" : "Open in Octopus"),
        space.id !== undefined && h("span", { class: "quiet" }, ` ${space.id}`),
      ),
      pair(
        "Tenant",
        outLink(`${management.url}/app#/${management.spaceId}/tenants/${tenant.id}/overview`, named(tenant.name)),
      ),
      pair("Instance", instanceLink(page, instance)),
      ring !== undefined && pair("Ring", named(ring)),
      tenant.tags.length > 0 &&
        pair(
          "Tags",
          tenant.tags.map((tag) => h("span", { class: "tag" }, named(tag))),
        ),
      !space.isStale && space.readAt !== undefined && pair("Read", since(space.readAt, page.now)),
    ),
  );
}

function instanceLink(page: Page, url: string): Child {
  const version = page.instances.get(url)?.version;
  if (!page.instances.has(url)) return named(url === "" ? "None yet" : url);
  return [
    h("a", { href: page.href({ open: `instance:${url}` }) }, named(url)),
    version !== undefined && h("span", { class: "quiet" }, ` Octopus ${version}`),
  ];
}

export function pair(title: string, ...children: Child[]): HTMLElement {
  return h("div", {}, h("dt", {}, title), h("dd", {}, ...children));
}

export function findingsOf(page: Page, findings: readonly FleetFinding[]): HTMLElement[] {
  if (findings.length === 0) return [];
  const items = findings.map((finding) =>
    h(
      "li",
      {},
      h("div", { class: "state" }, badge(finding.state)),
      h(
        "div",
        { class: "what" },
        h("p", { class: "text" }, finding.text),
        h("p", { class: "quiet" }, lasting(finding.since, page.now)),
      ),
      mendOf(page, finding.mend),
    ),
  );
  return [section("What is to be known", h("ul", { class: "lines" }, items))];
}

function copyBlock(page: Page, copy: FleetCopy): HTMLElement {
  const template = page.templates.get(copy.template);
  const key = `${copy.template}:${copy.receipt}`;
  return h(
    "article",
    { class: "copy" },
    h("div", { class: "head" }, h("h4", {}, outLink(copy.url, named(copy.name))), badge(copy.inStep)),
    h(
      "p",
      { class: "facts" },
      template !== undefined && template.name !== copy.name && h("span", {}, `of ${template.name}`),
      h("span", {}, versionText(copy, template?.newest)),
      copy.behindSince !== undefined &&
        h("span", {}, `behind for ${lengthOf(page.now - Date.parse(copy.behindSince))}`),
      copy.isInGit && h("span", {}, "in Git"),
      copy.comparedAt !== undefined && since(copy.comparedAt, page.now, { isShort: true, before: "compared " }),
      copy.inStep !== "upToDate" &&
        copy.behindSince === undefined &&
        h("span", { title: exact(copy.since) }, `so for ${lengthOf(page.now - Date.parse(copy.since))}`),
    ),
    copy.problem !== undefined && h("p", { class: "bad" }, copy.problem),
    sentences("Conflicts", copy.conflicts, `${key}:conflicts`),
    sentences("Changed here, and kept", copy.changedHere, `${key}:changed`),
    sentences(copy.isInGit ? "Not merged yet" : "A deployment would change", copy.pending, `${key}:pending`),
    copy.changedHere === undefined &&
      copy.problem === undefined &&
      h("p", { class: "quiet" }, copy.isInGit ? "Its files in Git were not looked at." : "It was not compared yet."),
  );
}

function versionText({ version, behind, commitsBehind = 0 }: FleetCopy, newest: string | undefined): string {
  if (version === undefined) return "never deployed to its end";
  if (behind === 0) return commitsBehind === 0 ? version : `${version}, ${count(commitsBehind, "commit")} behind`;
  return `${version}, ${behind} behind${newest === undefined ? "" : ` ${newest}`}`;
}

function sentences(title: string, texts: readonly string[] | undefined, key: string): HTMLElement | undefined {
  if (texts === undefined || texts.length === 0) return undefined;
  return h("div", {}, h("h5", {}, `${title} (${texts.length})`), ...foldedList(texts, { most: 4, key }));
}

function deployments(page: Page, space: FleetSpace): HTMLElement {
  const length = 30;
  const days = lastDays(space.days, page.report.readAt, length);
  return section(
    `Deployments in ${length} days`,
    h(
      "p",
      { class: "facts" },
      factsOf(totalOf(days)).map((fact) => h("span", {}, fact)),
    ),
    chart(days, 64),
    space.daysSince !== undefined &&
      space.daysSince.slice(0, 10) > days.from &&
      h("p", { class: "quiet" }, `Known since ${exact(space.daysSince)}, not before.`),
    space.recent.length > 0 &&
      h(
        "ul",
        { class: "list recent" },
        space.recent.map((one) => deployment(page, space, one)),
      ),
  );
}

function deployment({ now }: Page, space: FleetSpace, one: FleetDeployment): HTMLElement {
  const url =
    space.id === undefined ? undefined : `${space.instance}/app#/${space.id}/tasks/${encodeURIComponent(one.task)}`;
  return h(
    "li",
    {},
    since(one.at, now, { isShort: true }),
    h("span", { class: "what" }, outLink(url, named(one.text))),
    h("span", { class: one.state === "Success" ? "good" : "bad" }, one.state),
    one.seconds !== undefined && h("span", { class: "quiet" }, duration(one.seconds)),
  );
}

function people({ people: all, stepTemplates }: FleetSpace): HTMLElement[] {
  const beside = (name: string, text: string): Child => [named(name), h("span", { class: "quiet" }, ` ${text}`)];
  return [
    ...listed(
      "People",
      all.map(({ name, does }) => beside(name, does)),
    ),
    ...listed(
      "Step templates",
      stepTemplates.map(({ name, version }) => beside(name, version)),
    ),
  ];
}

function inside(space: FleetSpace): HTMLElement[] {
  const { counts, projects, environments, variables, instance, id } = space;
  const machines = [
    tell(counts.targets, counts.targetsOffline, "target"),
    tell(counts.workers, counts.workersOffline, "worker"),
    counts.tenants === undefined ? "" : count(counts.tenants, "tenant"),
  ].filter((text) => text !== "");
  const projectLink = (project: { id: string; name: string }): Child =>
    outLink(
      id === undefined ? undefined : `${instance}/app#/${id}/projects/${encodeURIComponent(project.id)}`,
      named(project.name),
    );
  return [
    section(
      "In the space",
      h(
        "p",
        { class: "facts" },
        machines.map((text) => h("span", {}, text)),
      ),
    ),
    ...listed(count(counts.projects ?? projects.length, "project"), projects.map(projectLink)),
    ...listed(count(counts.environments ?? environments.length, "environment"), environments.map(named)),
    ...listed(
      count(variables.length, "variable"),
      variables.map((name) => h("code", {}, name)),
    ),
  ];
}

function tell(value: number | undefined, offline: number | undefined, one: string): string {
  if (value === undefined) return "";
  return `${count(value, one)}${offline === undefined || offline === 0 ? "" : `, ${offline} offline`}`;
}

function listed(title: string, items: readonly Child[]): HTMLElement[] {
  if (items.length === 0) return [];
  const list = section(title, ...foldedList(items, { most: 12, key: title.replace(/^[\d,]+ /, "") }));
  list.className = "names";
  return [list];
}
