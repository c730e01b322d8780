import { logoFileName, type Extras } from "../../lib/graph/extras.ts";
import type { ReadResource } from "../../lib/graph/leave-out.ts";
import { textOf } from "../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { findLogo, largestLogo, nameLogo } from "../../lib/octopus/logo.ts";
import { runbook as runbookKind } from "../../lib/resources/runbook.ts";
import { readAhead } from "../../lib/step/read-ahead.ts";
import { describeStayingTenants, listConnectedTenants, readTenants, type ConnectedTenants } from "./read-tenants.ts";

export interface ExtrasReading {
  /** For the manifest; absent when there are none. */
  extras?: Extras;
  /** For the package. */
  files: [string, string][];
  /** What stays behind, in sentences. It is no part of the package: that should not change with it. */
  staying: string[];
}

/** What is read of a project beside its resources; undefined of one that is not there. */
export interface ExtrasAhead {
  logo: Promise<ExtrasReading> | undefined;
  connected: Promise<ConnectedTenants> | undefined;
}

/** Begins to read what the project has that is no resource, as far as that waits for nothing else. */
export function startExtras(
  space: OctopusSpace,
  project: OctopusDocument | undefined,
  excludedEnvironments: readonly string[],
): ExtrasAhead {
  return {
    logo: project && readAhead(readLogo(space, project)),
    connected: project && readAhead(listConnectedTenants(space, project, excludedEnvironments)),
  };
}

/** What the project has that is no resource: what of it the package carries, and what it does not. */
export async function toExtras(
  space: OctopusSpace,
  documents: readonly ReadResource[],
  { includeTenants, ...ahead }: ExtrasAhead & { includeTenants: boolean },
): Promise<ExtrasReading> {
  const publishedRunbooks = listPublished(documents);
  const [logo, connected] = await Promise.all([ahead.logo, ahead.connected]);
  if (logo === undefined || connected === undefined) return { files: [], staying: [] };
  const tenants = includeTenants ? await readTenants(space, connected) : [];
  const extras = {
    ...logo.extras,
    ...(publishedRunbooks.length > 0 && { publishedRunbooks }),
    ...(tenants.length > 0 && { tenants }),
  };
  return {
    ...(Object.keys(extras).length > 0 && { extras }),
    files: logo.files,
    staying: [
      ...logo.staying,
      ...describePublished(publishedRunbooks),
      ...(includeTenants ? [] : describeStayingTenants(connected)),
    ],
  };
}

async function readLogo(space: OctopusSpace, project: OctopusDocument): Promise<ExtrasReading> {
  const logo = await findLogo(space, `/projects/${project.Id}/logo`);
  if (logo === undefined) return { files: [], staying: [] };
  if (logo.content.length > largestLogo)
    return { files: [], staying: [`The logo of "${textOf(project, "Name")}" stays behind: it has more than 1 MB.`] };
  const { digest, content } = logo;
  return {
    extras: { logo: { name: nameLogo(logo), digest } },
    files: [[logoFileName, Buffer.from(content).toString("base64")]],
    staying: [],
  };
}

function listPublished(documents: readonly ReadResource[]): string[] {
  return documents
    .filter(({ kind, document }) => kind === runbookKind && textOf(document, "PublishedRunbookSnapshotId") !== "")
    .map(({ document }) => textOf(document, "Name"))
    .toSorted();
}

function describePublished(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [
    `Copies have the published runbooks ${names.map((name) => `"${name}"`).join(", ")} unpublished, unless Deploy Project is told to publish them ("Publish Runbooks").`,
  ];
}
