import { findLogo } from "../octopus/logo.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { ParameterError } from "../step/errors.ts";
import type { BroughtAlong } from "./report-deployment.ts";

export interface BringLogoOptions {
  space: OctopusSpace;
  logo: PackedLogo;
  /** Where the space has it, such as `/projects/Projects-1/logo`; undefined while what it is of is not there. */
  path: string | undefined;
  /** What it is of, for sentences. */
  owner: string;
  /** Whether this run made what it is of: then an image there is the server's own. */
  isNew: boolean;
  /** What the run before returned. */
  recorded: string | undefined;
  overwrite: boolean;
  onlyPlan: boolean;
  /** A file of the package. */
  readFile: (path: string) => string | undefined;
}

export interface PackedLogo {
  /** Says by its ending what kind of image it is. */
  name: string;
  digest: string;
  /** Where the package has it, in Base64. */
  file: string;
}

export interface BroughtLogo extends BroughtAlong {
  /** For the receipt's upstream. */
  record: string | undefined;
}

/** The image that was sent last, and what the server made of it; by their digests. */
interface LogoRecord {
  sent: string;
  present: string | undefined;
}

/** The package's logo, unless people gave the copy one. */
export async function bringLogo(options: BringLogoOptions): Promise<BroughtLogo> {
  const { logo, recorded } = options;
  const before = parseRecord(recorded);
  const unchanged = { written: [], kept: [], failed: [], record: recorded };
  const present = await readDigest(options);
  if (present === logo.digest) return { ...unchanged, record: toRecord({ sent: logo.digest, present }) };
  if (isTheirs(options, { present, before })) return { ...unchanged, kept: [describeKept(options, before)] };
  if (before?.sent === logo.digest && before.present === present) return unchanged;
  const said = `the logo of ${options.owner}.`;
  if (options.onlyPlan) return { ...unchanged, written: [`Would set ${said}`] };
  return { ...unchanged, written: [`Set ${said}`], record: await send(options) };
}

async function readDigest({ space, path }: BringLogoOptions): Promise<string | undefined> {
  return path === undefined ? undefined : (await findLogo(space, path))?.digest;
}

function isTheirs(
  { isNew, overwrite }: BringLogoOptions,
  { present, before }: { present: string | undefined; before: LogoRecord | undefined },
): boolean {
  return !isNew && !overwrite && present !== undefined && present !== before?.present;
}

function describeKept({ owner, logo }: BringLogoOptions, before: LogoRecord | undefined): BroughtAlong["kept"][number] {
  const isConflict = before?.sent !== logo.digest;
  const otherwise = isConflict ? ", and the package has another" : "";
  return { text: `The logo of ${owner} was changed in this space${otherwise}: kept.`, isConflict };
}

async function send(options: BringLogoOptions): Promise<string> {
  const { space, logo, path = "", readFile } = options;
  const content = readFile(logo.file);
  if (content === undefined)
    throw new ParameterError(`The package has no ${logo.file}, which its manifest names. Serialize it again.`);
  await space.upload(path, { name: logo.name, content: new Uint8Array(Buffer.from(content, "base64")) });
  return toRecord({ sent: logo.digest, present: await readDigest(options) });
}

function parseRecord(text: string | undefined): LogoRecord | undefined {
  if (text === undefined) return undefined;
  const [sent = "", present] = text.split(" ");
  return { sent, present };
}

function toRecord({ sent, present }: LogoRecord): string {
  return [sent, present].filter((part) => part !== undefined).join(" ");
}
