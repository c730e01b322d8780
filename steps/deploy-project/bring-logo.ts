import { logoFileName, type Extras } from "../../lib/graph/extras.ts";
import { findLogo, saveLogo } from "../../lib/octopus/project-logo.ts";
import { project } from "../../lib/resources/project.ts";
import { ParameterError } from "../../lib/step/errors.ts";
import { nothing, type BroughtExtras, type ExtrasOptions } from "./brought-extras.ts";

type Logo = NonNullable<Extras["logo"]>;

/** The image that was sent last, and what the server made of it; by their digests. */
interface LogoRecord {
  sent: string;
  present: string | undefined;
}

/** The template's logo, unless the copy has one that people gave it. A template without one takes none away. */
export async function bringLogo(options: ExtrasOptions): Promise<BroughtExtras> {
  const { logo } = options.extras;
  const before = parseRecord(options.recorded["logo"]);
  const unchanged = { ...nothing, record: toRecord(before) };
  if (logo === undefined) return unchanged;
  const present = await readDigest(options);
  if (present === logo.digest) return { ...nothing, record: toRecord({ sent: logo.digest, present }) };
  if (isTheirs(options, { present, before })) return { ...unchanged, kept: [describeKept(options, { logo, before })] };
  if (before?.sent === logo.digest && before.present === present) return unchanged;
  return send(options, logo);
}

async function readDigest({ space, projectId }: ExtrasOptions): Promise<string | undefined> {
  return projectId === "" ? undefined : (await findLogo(space, projectId))?.digest;
}

/** In a project that this run made, an image is the server's own. */
function isTheirs(
  { resources, overwrite }: ExtrasOptions,
  { present, before }: { present: string | undefined; before: LogoRecord | undefined },
): boolean {
  const isNew = resources.some(({ target, action }) => target.kind === project.id && action === "create");
  return !isNew && !overwrite && present !== undefined && present !== before?.present;
}

function describeKept(
  { projectName }: ExtrasOptions,
  { logo, before }: { logo: Logo; before: LogoRecord | undefined },
): BroughtExtras["kept"][number] {
  const isConflict = before?.sent !== logo.digest;
  const otherwise = isConflict ? ", and the package has another" : "";
  return { text: `The logo of "${projectName}" was changed in this space${otherwise}: kept.`, isConflict };
}

async function send(options: ExtrasOptions, logo: Logo): Promise<BroughtExtras> {
  const { onlyPlan, projectName } = options;
  if (onlyPlan) return { ...nothing, written: [`Would set the logo of "${projectName}".`] };
  await save(options, logo);
  return {
    ...nothing,
    written: [`Set the logo of "${projectName}".`],
    record: toRecord({ sent: logo.digest, present: await readDigest(options) }),
  };
}

async function save({ space, projectId, readFile }: ExtrasOptions, { name }: Logo): Promise<void> {
  const content = readFile(logoFileName);
  if (content === undefined)
    throw new ParameterError(
      `The package has no ${logoFileName}, which its manifest names. Serialize the project again.`,
    );
  await saveLogo(space, projectId, { name, content: new Uint8Array(Buffer.from(content, "base64")) });
}

function parseRecord(text: string | undefined): LogoRecord | undefined {
  if (text === undefined) return undefined;
  const [sent = "", present] = text.split(" ");
  return { sent, present };
}

function toRecord(record: LogoRecord | undefined): Record<string, string> {
  if (record === undefined) return {};
  return { logo: [record.sent, record.present].filter((part) => part !== undefined).join(" ") };
}
