import { bringLogo as bring } from "../../lib/deployment/bring-logo.ts";
import { logoFileName } from "../../lib/graph/extras.ts";
import { project } from "../../lib/resources/project.ts";
import { nothing, type BroughtExtras, type ExtrasOptions } from "./brought-extras.ts";

/** The template's logo, unless the copy has one that people gave it. A template without one takes none away. */
export async function bringLogo(options: ExtrasOptions): Promise<BroughtExtras> {
  const { projectId, projectName, resources, recorded } = options;
  const { logo } = options.extras;
  if (logo === undefined) return { ...nothing, record: toRecord(recorded["logo"]) };
  const brought = await bring({
    ...options,
    logo: { ...logo, file: logoFileName },
    path: projectId === "" ? undefined : project.logoAt?.(projectId),
    owner: `"${projectName}"`,
    isNew: resources.some(({ target, action }) => target.kind === project.id && action === "create"),
    recorded: recorded["logo"],
  });
  return { ...nothing, ...brought, record: toRecord(brought.record) };
}

function toRecord(logo: string | undefined): Record<string, string> {
  return logo === undefined ? {} : { logo };
}
