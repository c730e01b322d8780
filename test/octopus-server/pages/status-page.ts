import { formatAge, formatBytes, formatCount, formatDuration } from "./formats.ts";
import { html, linked, type Html } from "./html.ts";
import { renderPage } from "./layout.ts";
import {
  readPackages,
  readSpaces,
  readTasks,
  type PackageLine,
  type ProjectLine,
  type ShownServer,
  type SpaceTile,
  type TaskLine,
} from "./overview.ts";

const shownSpaces = 120;
const shownTasks = 25;
const shownVersions = 6;

/** Everything that the servers hold. @param search - shows only what contains this text */
export function renderStatusPage(servers: readonly [ShownServer, ...ShownServer[]], search: string): string {
  const [own] = servers;
  const wanted = search.trim().toLowerCase();
  const spaces = servers.flatMap((server) => readSpaces(server).map((tile) => ({ server, tile })));
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
  const content = html`${servers.map((server, index) => renderSpaces(server, { tiles: spaces.filter((space) => space.server === server && space.tile.words.includes(wanted)).map((space) => space.tile), isFirst: index === 0 }))}
  ${renderTasks(servers, wanted)} ${renderPackages(servers, wanted)}`;
  return renderPage(content, {
    title: `${own.name} · spaces`,
    serverName: own.name,
    version: own.model.version,
    heading,
    isLive: true,
  });
}

function renderSpaces(server: ShownServer, { tiles, isFirst }: { tiles: SpaceTile[]; isFirst: boolean }): Html {
  const more = tiles.length - shownSpaces;
  return html`<section class="${isFirst ? "onband" : ""}">
    <h2>${server.name} <small>${server.url === "" ? server.model.url : server.url}</small></h2>
    <div class="tiles">${tiles.slice(0, shownSpaces).map((tile) => renderTile(server, tile))}</div>
    ${tiles.length === 0 ? html`<div class="panel empty">Nothing here fits the search.</div>` : undefined}
    ${more > 0 ? html`<p class="soft">${formatCount(more, "more space")}: search to find them.</p>` : undefined}
  </section>`;
}

function renderTile(server: ShownServer, tile: SpaceTile): Html {
  const about = tile.description === "" ? undefined : html`<p class="about">${tile.description}</p>`;
  return html`<article class="tile" id="${server.url === "" ? `/${tile.id}` : ""}">
    <header>
      <span class="mark" style="background:${colorOf(tile.name)}">${initialsOf(tile.name)}</span>
      <div>
        <h3>${tile.name}</h3>
        <span class="id">${tile.id}${tile.isDefault ? " · default" : ""}</span>
      </div>
    </header>
    ${about} ${renderChips(tile)} ${renderProjects(server, tile)}
    <div class="counts">
      ${tile.counts.map(({ noun, count }) => html`<div><b>${count}</b>${count === 1 ? noun : `${noun}s`}</div>`)}
    </div>
  </article>`;
}

function renderChips({ environments, tenants }: SpaceTile): Html | undefined {
  if (environments.length + tenants.length === 0) return undefined;
  return html`<ul class="chips">
    ${environments.map((name) => html`<li class="chip">${name}</li>`)}${tenants.map((name) => html`<li class="chip tenant">tenant ${name}</li>`)}
  </ul>`;
}

function renderProjects(server: ShownServer, { id, projects }: SpaceTile): Html | undefined {
  if (projects.length === 0) return undefined;
  return html`<ul class="projects">
    ${projects.map((project) => html`<li>${renderProject(project, `${server.url} ${id} ${project.name}`)}</li>`)}
  </ul>`;
}

function renderProject({ name, runbooks, git, deployments }: ProjectLine, key: string): Html {
  const deployed = deployments.map(
    ({ environment, release, state }) => html`<span class="${state}">${environment} ${release}</span>`,
  );
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

function renderTasks(servers: readonly ShownServer[], wanted: string): Html {
  const all = servers
    .flatMap(readTasks)
    .filter((task) => `${task.description}\n${task.space}\n${task.state}`.toLowerCase().includes(wanted));
  const newest = all.toSorted((a, b) => (b.started?.getTime() ?? 0) - (a.started?.getTime() ?? 0)).slice(0, shownTasks);
  const rows = newest.map((task) => renderTask(task));
  return html`<section>
    <h2>
      Tasks <small>${all.length === 0 ? "" : `the newest ${Math.min(all.length, shownTasks)} of ${all.length}`}</small>
    </h2>
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

function renderTask(task: TaskLine): Html {
  const { server } = task;
  const isRunning = task.state === "Executing" || task.state === "Cancelling";
  return html`<tr>
    <td>${renderState(task.state)}</td>
    <td>
      <a class="title" href="${server.url}/tasks/${task.id}">${task.title}</a>
      ${task.runsRunbook ? task.context.map((name) => html`<span class="chip">${name}</span>`) : undefined}
      ${renderOutcome(task)}
      ${isRunning ? html`<div class="bar"><i style="width:${Math.max(4, task.progress)}%"></i></div>` : undefined}
    </td>
    <td class="soft wide">${task.space}</td>
    <td class="soft number wide">${formatDuration(task.milliseconds)}</td>
    <td class="soft number wide">${formatAge(task.started, server.model.now())}</td>
  </tr>`;
}

/** Why it failed, or what it says came of it. */
function renderOutcome({ error, result }: TaskLine): Html | undefined {
  if (error !== "") return html`<div class="why">${error}</div>`;
  return result === "" ? undefined : html`<div class="came">${linked(result)}</div>`;
}

export function renderState(state: string): Html {
  return html`<span class="state ${state}">${state.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase()}</span>`;
}

function renderPackages(servers: readonly ShownServer[], wanted: string): Html | undefined {
  const lines = servers
    .flatMap((server) => readPackages(server).map((line) => ({ server, line })))
    .filter(({ line }) => `${line.id}\n${line.space}`.toLowerCase().includes(wanted));
  if (lines.length === 0) return undefined;
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
          ${lines.map(({ server, line }) => renderPackage(server, line))}
        </tbody>
      </table>
    </div>
  </section>`;
}

function renderPackage(server: ShownServer, { id, space, versions }: PackageLine): Html {
  const [newest] = versions;
  const more = versions.length - shownVersions;
  return html`<tr>
    <td><b>${id}</b></td>
    <td>
      <div class="versions">
        ${versions.slice(0, shownVersions).map(({ version }) => html`<span class="chip">${version}</span>`)}${more > 0 ? html`<span class="soft">and ${more} more</span>` : undefined}
      </div>
    </td>
    <td class="soft wide">${space}</td>
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
