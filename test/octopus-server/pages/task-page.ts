import type { Resource } from "../model/collection.ts";
import type { TaskLog } from "../model/model.ts";
import { formatAge, formatDuration } from "./formats.ts";
import { html, linked, type Html } from "./html.ts";
import { renderPage } from "./layout.ts";
import { readTask, type FileLine, type ShownServer } from "./overview.ts";
import { renderFile, renderState } from "./status-page.ts";

/** One task and its log, live while it runs. */
export function renderTaskPage(server: ShownServer, task: Resource): string {
  const line = readTask(server, task);
  const { model } = server;
  const log = model.taskLogs.get(task.Id);
  const heading = html`<h1>${line.title}</h1>
    <p>${line.runsRunbook ? [...line.context, line.tenant].filter((name) => name !== "").join(" · ") : ""}</p>
    <div class="facts">
      <span>Space <b>${line.space}</b></span
      ><span>Task <b>${line.id}</b></span
      ><span>Started <b>${formatAge(line.started, model.now())}</b></span>
    </div>`;
  const content = html`<div class="toggle">
      <span style="margin-right:auto"
        >${renderState(line.state)} <span class="soft">${formatDuration(line.milliseconds)}</span></span
      ><label><input type="checkbox" id="verbose" /> Verbose lines</label>
    </div>
    ${renderFiles(line.files)}
    <div class="panel log">
      ${log === undefined ? html`<div class="empty">This task has no log.</div>` : renderNode(log)}
    </div>`;
  return renderPage(content, {
    title: `${line.title} · ${server.name}`,
    serverName: server.name,
    version: model.version,
    heading,
    isSlim: true,
    isLive: task["IsCompleted"] !== true,
  });
}

/** What the task left behind, above its log. */
function renderFiles(files: readonly FileLine[]): Html | undefined {
  if (files.length === 0) return undefined;
  return html`<ul class="panel files" aria-label="Artifacts">
    ${files.map(renderFile)}
  </ul>`;
}

function renderNode(node: TaskLog): Html {
  const seconds =
    node.Started === null
      ? undefined
      : (node.Ended === null ? Date.now() : Date.parse(node.Ended)) - Date.parse(node.Started);
  return html`<details open data-key="${node.Id}">
    <summary>
      ${renderState(node.Status)} <span>${node.Name}</span> <small class="soft">${formatDuration(seconds)}</small>
    </summary>
    ${
      node.LogElements.length === 0
        ? undefined
        : html`<ol>
            ${node.LogElements.map(renderLine)}
          </ol>`
    }
    ${node.Children.map(renderNode)}
  </details>`;
}

function renderLine({ Category, OccurredAt, MessageText }: TaskLog["LogElements"][number]): Html {
  return html`<li class="${Category}"><time>${OccurredAt.slice(11, 19)}</time><span>${linked(MessageText)}</span></li>`;
}
