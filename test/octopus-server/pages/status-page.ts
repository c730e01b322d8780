import { addUpDeployments, foldAlike, isMuch, outlineOf, unfolded } from "./folding.ts";
import { formatAge, formatBytes, formatCount, formatDuration } from "./formats.ts";
import { html, linked, type Html } from "./html.ts";
import { renderPage } from "./layout.ts";
import {
  readPackages,
  readSpaces,
  readTasks,
  wordsOfState,
  type FileLine,
  type PackageLine,
  type ProjectLine,
  type ShownServer,
  type SpaceTile,
  type TaskLine,
} from "./overview.ts";

const shownSpaces = 120;
const shownTasks = 25;
/** Among so many newest tasks those that are alike are folded. */
const readTaskCount = 500;
const shownTenants = 6;
const shownOtherTasks = 50;
const shownVersions = 6;
const shownFiles = 4;

/** Everything that the servers hold. @param search - shows only what contains this text */
export function renderStatusPage(servers: readonly [ShownServer, ...ShownServer[]], search: string): string {
  const [own] = servers;
  const wanted = search.trim().toLowerCase();
  const spaces = servers.flatMap((server) => readSpaces(server).map((tile) => ({ server, tile })));
  const isFolded = isMuch(spaces.map(({ tile }) => tile));
  const heading = html`<div class="row">
    <div>
      <h1>${formatCount(spaces.length, "space")} on ${formatCount(servers.length, "server")}</h1>
      <p>${servers.map((server) => server.name).join(" · ")}</p>
    </div>
    <form class="search" role="search">
      <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.8">
        <circle cx="8.5" cy="8.5" r="5.5" />
        <path d="m13 13 4.5 4.5" stroke-linecap="round" />
      </svg>
      <input
        name="q"
        type="search"
        placeholder="Find spaces, projects, runbooks, tasks"
        value="${search}"
        autocomplete="off"
        aria-label="Find"
      />
    </form>
  </div>`;
  const found = spaces.filter(({ tile }) => tile.words.includes(wanted));
  const tilesOf = (server: ShownServer): SpaceTile[] =>
    found.filter((space) => space.server === server).map(({ tile }) => tile);
  const content = html`${servers.map((server, index) => renderSpaces(server, { tiles: tilesOf(server), isFirst: index === 0 }))}
  ${renderTasks(servers, { wanted, isFolded })} ${renderPackages(servers, { wanted, isFolded })}`;
  return renderPage(content, {
    title: `${own.name} · spaces`,
    serverName: own.name,
    version: own.model.version,
    heading,
    isLive: true,
  });
}

function renderSpaces(server: ShownServer, { tiles, isFirst }: { tiles: SpaceTile[]; isFirst: boolean }): Html {
  const alike = isMuch(tiles) ? foldAlike(tiles, outlineOf) : unfolded(tiles);
  const shown = alike.slice(0, shownSpaces);
  const more = alike.slice(shownSpaces).reduce((sum, { others }) => sum + 1 + others.length, 0);
  return html`<section class="${isFirst ? "onband" : ""}">
    <h2>${server.name} <small>${server.url === "" ? server.model.url : server.url}</small></h2>
    <div class="tiles">${shown.map(({ first, others }) => renderTile(server, { tile: first, others }))}</div>
    ${tiles.length === 0 ? html`<div class="panel empty">Nothing here fits the search.</div>` : undefined}
    ${more > 0 ? html`<p class="soft">${formatCount(more, "more space")}: search to find them.</p>` : undefined}
  </section>`;
}

interface ShownTile {
  tile: SpaceTile;
  /** Spaces that are made of the same. */
  others: readonly SpaceTile[];
}

function renderTile(server: ShownServer, { tile, others }: ShownTile): Html {
  const about = tile.description === "" ? undefined : html`<p class="about">${tile.description}</p>`;
  return html`<article class="tile" id="${anchorOf(server, tile)}">
    <header>
      <span class="mark" style="background:${colorOf(tile.name)}">${initialsOf(tile.name)}</span>
      <div>
        <h3>${tile.name}</h3>
        <span class="id">${tile.id}${tile.isDefault ? " · default" : ""}</span>
      </div>
    </header>
    ${about} ${renderOthers(server, others)} ${renderChips(server, tile)} ${renderProjects(server, { tile, others })}
    <div class="counts">
      ${tile.counts.map(({ noun, count }) => html`<div><b>${count}</b>${count === 1 ? noun : `${noun}s`}</div>`)}
    </div>
  </article>`;
}

/** Where a link of the portal leads. */
function anchorOf(server: ShownServer, { id }: SpaceTile): string {
  return server.url === "" ? `/${id}` : "";
}

function renderOthers(server: ShownServer, others: readonly SpaceTile[]): Html | undefined {
  const [next] = others;
  if (next === undefined) return undefined;
  return renderFold({
    key: `${server.url} like ${next.id}`,
    summary: `and ${formatCount(others.length, "space")} like it`,
    chips: others.map(
      (tile) => html`<li class="chip" id="${anchorOf(server, tile)}" title="${tile.id}">${tile.name}</li>`,
    ),
  });
}

function renderFold({ key, summary, chips }: { key: string; summary: string; chips: readonly Html[] }): Html {
  return html`<details class="fold" data-key="${key}">
    <summary>${summary}</summary>
    <ul class="chips">
      ${chips}
    </ul>
  </details>`;
}

function renderChips(server: ShownServer, { id, environments, tenants }: SpaceTile): Html | undefined {
  if (environments.length + tenants.length === 0) return undefined;
  const chips = tenants.map((name) => html`<li class="chip tenant">tenant ${name}</li>`);
  const shown = chips.length < 30 ? chips : chips.slice(0, shownTenants);
  const more = chips.slice(shown.length);
  const list = html`<ul class="chips">
    ${environments.map((name) => html`<li class="chip">${name}</li>`)}${shown}
  </ul>`;
  if (more.length === 0) return list;
  const fold = {
    key: `${server.url} ${id} tenants`,
    summary: `and ${formatCount(more.length, "more tenant")}`,
    chips: more,
  };
  return html`${list} ${renderFold(fold)}`;
}

function renderProjects(server: ShownServer, { tile, others }: ShownTile): Html | undefined {
  const { id, projects } = tile;
  if (projects.length === 0) return undefined;
  const shown = projects.map((project) => ({
    ...project,
    deployments: addUpDeployments(project.name, [tile, ...others]),
  }));
  return html`<ul class="projects">
    ${shown.map((project) => html`<li>${renderProject(project, `${server.url} ${id} ${project.name}`)}</li>`)}
  </ul>`;
}

interface ShownProject extends Omit<ProjectLine, "deployments"> {
  deployments: (ProjectLine["deployments"][number] & { count: number })[];
}

function renderProject({ name, runbooks, git, deployments }: ShownProject, key: string): Html {
  const deployed = deployments.map(({ environment, release, state, count }) => {
    const text = `${environment} ${release}${count === 1 ? "" : ` × ${count}`}`;
    const words = wordsOfState(state);
    return html`<span class="${state}" title="${words}"
      >${text}${state === "Success" ? "" : html` <small>${words}</small>`}</span
    >`;
  });
  const title =
    runbooks.length === 0
      ? html`<span class="plain">${name}</span>`
      : html`<details data-key="${key}">
          <summary>${name} <span class="count">${formatCount(runbooks.length, "runbook")}</span></summary>
          <ul class="runbooks">
            ${runbooks.map((runbook) => html`<li>${runbook}</li>`)}
          </ul>
        </details>`;
  const branch =
    git === undefined
      ? undefined
      : html`<div class="git" title="${git.url}">${git.repository} <b>${git.branch}</b></div>`;
  return html`${title}${branch}${deployed.length === 0 ? undefined : html`<div class="deployed">${deployed}</div>`}`;
}

interface ListOptions {
  wanted: string;
  isFolded: boolean;
}

function renderTasks(servers: readonly ShownServer[], { wanted, isFolded }: ListOptions): Html {
  const read = servers.map((server) => readTasks(server, { wanted, most: readTaskCount }));
  const total = read.reduce((sum, one) => sum + one.total, 0);
  const newest = read
    .flatMap(({ lines }) => lines)
    .toSorted((a, b) => (b.started?.getTime() ?? 0) - (a.started?.getTime() ?? 0));
  const alike = (isFolded ? foldAlike(newest, outlineOfTask) : unfolded(newest)).slice(0, shownTasks);
  const rows = alike.map(({ first, others }) => renderTask(first, others));
  const count = alike.reduce((sum, { others }) => sum + 1 + others.length, 0);
  return html`<section>
    <h2>Tasks <small>${total === 0 ? "" : `the newest ${count} of ${total}`}</small></h2>
    <div class="panel">
      ${
        rows.length === 0
          ? html`<div class="empty">No tasks yet. Run a runbook or deploy a release.</div>`
          : html`<table>
              <thead>
                <tr>
                  <th>State</th>
                  <th>Task</th>
                  <th class="wide">Space</th>
                  <th class="number wide">Took</th>
                  <th class="number wide">Started</th>
                </tr>
              </thead>
              <tbody>
                ${rows}
              </tbody>
            </table>`
      }
    </div>
  </section>`;
}

/** What ran and what came of it, whoever it was for; what runs now stands for itself. */
function outlineOfTask({ server, id, title, context, state, error, milliseconds }: TaskLine): string {
  const isOver = !["Queued", "Executing", "Cancelling"].includes(state);
  return JSON.stringify([server.url, title, context, state, error, milliseconds === undefined, isOver ? "" : id]);
}

function renderTask(task: TaskLine, others: readonly TaskLine[]): Html {
  const { server } = task;
  const isRunning = task.state === "Executing" || task.state === "Cancelling";
  const context = task.runsRunbook ? [...task.context, ...(task.tenant === "" ? [] : [task.tenant])] : [];
  const spaces = new Set([task, ...others].map(({ space }) => space));
  return html`<tr>
    <td>${renderState(task.state)}</td>
    <td>
      <a class="title" href="${server.url}/tasks/${task.id}">${task.title}</a>
      ${context.map((name) => html`<span class="chip">${name}</span>`)} ${renderOutcome(task)} ${renderTaskFiles(task)}
      ${isRunning ? html`<div class="bar"><i style="width:${Math.max(4, task.progress)}%"></i></div>` : undefined}
      ${renderOtherTasks(task, others)}
    </td>
    <td class="soft wide">${spaces.size === 1 ? task.space : formatCount(spaces.size, "space")}</td>
    <td class="soft number wide">${formatDuration(task.milliseconds)}</td>
    <td class="soft number wide">${formatAge(task.started, server.model.now())}</td>
  </tr>`;
}

function renderOtherTasks({ server, title, state }: TaskLine, others: readonly TaskLine[]): Html | undefined {
  if (others.length === 0) return undefined;
  const links = others
    .slice(0, shownOtherTasks)
    .map(
      ({ id, tenant, space }) =>
        html`<li class="chip"><a href="${server.url}/tasks/${id}">${tenant === "" ? space : tenant}</a></li>`,
    );
  const more = others.length - links.length;
  return renderFold({
    key: `${server.url} tasks ${title} ${state}`,
    summary: `and ${formatCount(others.length, "task")} like it`,
    chips: more > 0 ? [...links, html`<li>and ${more} more: search to find them</li>`] : links,
  });
}

/** Why it failed, or what it says came of it. */
function renderOutcome({ error, result }: TaskLine): Html | undefined {
  if (error !== "") return html`<div class="why">${error}</div>`;
  return result === "" ? undefined : html`<div class="came">${linked(result)}</div>`;
}

/** What it left behind: what can be read is one click away. */
function renderTaskFiles({ files }: TaskLine): Html | undefined {
  if (files.length === 0) return undefined;
  const more = files.length - shownFiles;
  return html`<ul class="left" aria-label="Artifacts">
    ${files.slice(0, shownFiles).map(renderFile)}${more > 0 ? html`<li class="soft">and ${more} more</li>` : undefined}
  </ul>`;
}

export function renderFile({ name, url }: FileLine): Html {
  return url === "" ? html`<li>${name}</li>` : html`<li><a class="link" href="${url}">${name}</a></li>`;
}

/** In words and by a sign: colors are not all that tells states apart. */
export function renderState(state: string): Html {
  return html`<span class="state ${state}">${wordsOfState(state)}</span>`;
}

function renderPackages(servers: readonly ShownServer[], { wanted, isFolded }: ListOptions): Html | undefined {
  const lines = servers
    .flatMap((server) => readPackages(server).map((line) => ({ server, line })))
    .filter(({ line }) => `${line.id}\n${line.space}`.toLowerCase().includes(wanted));
  if (lines.length === 0) return undefined;
  const alike = isFolded
    ? foldAlike(lines, ({ server, line }) => JSON.stringify([server.url, line.id, line.versions[0]?.version]))
    : unfolded(lines);
  const more = alike.length - shownSpaces;
  return html`<section>
    <h2>Packages <small>in the built-in feeds</small></h2>
    <div class="panel">
      <table>
        <thead>
          <tr>
            <th>Package</th>
            <th>Versions</th>
            <th class="wide">Space</th>
            <th class="number wide">Newest</th>
          </tr>
        </thead>
        <tbody>
          ${alike.slice(0, shownSpaces).map(({ first, others }) => renderPackage(first, others.length))}
        </tbody>
      </table>
    </div>
    ${more > 0 ? html`<p class="soft">${formatCount(more, "more package")}: search to find them.</p>` : undefined}
  </section>`;
}

interface ShownPackage {
  server: ShownServer;
  line: PackageLine;
}

function renderPackage({ server, line }: ShownPackage, otherSpaces: number): Html {
  const { id, space, versions } = line;
  const [newest] = versions;
  const more = versions.length - shownVersions;
  return html`<tr>
    <td><b>${id}</b></td>
    <td>
      <div class="versions">
        ${versions.slice(0, shownVersions).map(({ version }) => html`<span class="chip">${version}</span>`)}${more > 0 ? html`<span class="soft">and ${more} more</span>` : undefined}
      </div>
    </td>
    <td class="soft wide">${otherSpaces === 0 ? space : formatCount(otherSpaces + 1, "space")}</td>
    <td class="soft number wide">
      ${newest === undefined ? "" : `${formatBytes(newest.bytes)} · ${formatAge(newest.published, server.model.now())}`}
    </td>
  </tr>`;
}

/** A space keeps its color, on every server and after every start. */
function colorOf(name: string): string {
  let hash = 7;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  const hue = Math.round((hash * 137.5) % 360);
  return `linear-gradient(140deg, hsl(${hue} 58% 52%), hsl(${(hue + 28) % 360} 62% 40%))`;
}

function initialsOf(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const [first = "?", second] = words;
  return (second === undefined ? first.slice(0, 2) : first.charAt(0) + second.charAt(0)).toUpperCase();
}
