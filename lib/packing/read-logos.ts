import { logoFileOf, type Extras } from "../graph/extras.ts";
import type { LogoPlace } from "../graph/read-graph.ts";
import { targetId, type Remark } from "../model/graph.ts";
import { findLogo, largestLogo, nameLogo, type Logo } from "../octopus/logo.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";

export interface LogosReading {
  /** For the manifest; without a member when there are none. */
  extras: Pick<Extras, "logos">;
  /** For the package. */
  files: [string, string][];
  /** What stays behind. */
  remarks: Remark[];
}

/** The images that people gave projects and tenants. No document tells whether there is one, so each is asked for, side by side. */
export async function readLogos(space: OctopusSpace, places: readonly LogoPlace[]): Promise<LogosReading> {
  const read = await Promise.all(places.map((place) => readLogo(space, place)));
  const found = read.filter((logo) => logo !== undefined);
  const packed = found.filter(isSmall).toSorted((a, b) => (targetId(a.target) < targetId(b.target) ? -1 : 1));
  const logos = packed.map(({ target, name, digest }) => ({ kind: target.kind, key: [...target.key], name, digest }));
  return {
    extras: logos.length === 0 ? {} : { logos },
    files: packed.map((logo) => [logoFileOf(logo), logo.text]),
    remarks: found.filter((logo) => !isSmall(logo)).map(({ target }) => ({ about: target, text: tooLarge })),
  };
}

const tooLarge = "its logo stays behind: it has more than 1 MB";

interface ReadLogo extends Pick<LogoPlace, "target">, Pick<Logo, "digest"> {
  name: string;
  /** In Base64; undefined for one that is too large. */
  text: string | undefined;
}

async function readLogo(space: OctopusSpace, { target, path }: LogoPlace): Promise<ReadLogo | undefined> {
  const logo = await findLogo(space, path);
  if (logo === undefined) return undefined;
  const { digest, content } = logo;
  const text = content.length > largestLogo ? undefined : Buffer.from(content).toString("base64");
  return { target, digest, name: nameLogo(logo), text };
}

function isSmall(logo: ReadLogo): logo is ReadLogo & { text: string } {
  return logo.text !== undefined;
}
