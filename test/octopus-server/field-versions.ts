import type { IgnoredFields } from "./ignored-fields.ts";
import { has, type Availability } from "./model/server-version.ts";

type Fields = Readonly<Record<string, Availability>>;

/**
 * Fields that not every server has, by what a path calls their documents (a dot leads into objects and into each of a list): one line
 * a field. A server that does not have a field drops it from requests without a word and never answers it.
 *
 * Source: the commit of OctopusClients that has the field first. When a line began is known from Calamari, which branches with the
 * server: 2025.4 in September 2025, 2026.1 in December, 2026.2 in March 2026, 2026.3 on May 28 and 2026.4 on September 3. That a field
 * came to servers in the line in which it came to the client is assumed where nothing else is said.
 */
const fieldVersions: Readonly<Record<string, Fields>> = {
  projects: {
    CombineHealthAndSyncStatusInDashboardLiveStatus: { since: "2025.2" }, // c42c3042
    ProjectTags: { since: "2025.4" }, // 1965efd8
  },
};

/** What a server of this version does not know, besides what a test wants it not to know. */
export function unknownFields(version: string, more: IgnoredFields): IgnoredFields {
  const unknown = Object.entries(fieldVersions).map(([group, fields]) => {
    const names = Object.keys(fields).filter((name) => !has(version, fields[name] ?? {}));
    return [group, [...names, ...(more[group] ?? [])]] as const;
  });
  return { ...more, ...Object.fromEntries(unknown) };
}
