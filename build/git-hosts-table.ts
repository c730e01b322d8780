import type { HostAccessDefinition } from "../lib/git-hosts/host-access.ts";
import { gitHosts } from "../lib/git-hosts/index.ts";
import { renderTable } from "./render-table.ts";

/** What each Git host declares, for docs/git-hosts.md. */
export function renderGitHostsTable(hosts: Readonly<Record<string, HostAccessDefinition>> = gitHosts): string {
  const rows = Object.entries(hosts).map(([id, host]) => [
    host.title,
    `\`${id}\``,
    host.defaultUrl === undefined ? `such as ${host.exampleUrl}` : `${host.defaultUrl}, or such as ${host.exampleUrl}`,
    host.owners,
    host.application === undefined ? host.tokens : `${host.tokens}, or ${host.application.title}`,
    `[lib/git-hosts/${id}](../lib/git-hosts/${id}/README.md)`,
  ]);
  return renderTable(["Host", "`--git-host`", "Address", "Owner", "Signs in with", "More"], rows);
}
