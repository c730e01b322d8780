import { badRequest, Refusal } from "./routes/route.ts";

/** What ASP.NET Core's web server takes unless told otherwise: 30,000,000 bytes (its docs); that Octopus leaves it so for JSON is assumed. */
const usualMaximumBytes = 30_000_000;

/** The JSON serializer's limit (Newtonsoft's docs, MaxDepth); that Octopus leaves it so is assumed. */
const maximumDepth = 64;

/** @returns undefined when there is no JSON @throws a 400 for what cannot be read, a 413 for what is too large */
export async function readJson(request: Request, maximumBytes = usualMaximumBytes): Promise<unknown> {
  if (!(request.headers.get("content-type") ?? "").includes("json")) return undefined;
  const text = await readText(request, maximumBytes);
  if (text.trim() === "") return undefined;
  const value = parse(text);
  if (isDeeperThan(value, maximumDepth))
    throw badRequest("The request body is not valid JSON: it is nested too deeply.");
  return value;
}

async function readText(request: Request, maximumBytes: number): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > maximumBytes) throw tooLarge(maximumBytes);
  const text = await request.text().catch(() => {
    throw badRequest("The request body ended too early.");
  });
  // A body without a length tells its own only when it is read.
  if (Buffer.byteLength(text) > maximumBytes) throw tooLarge(maximumBytes);
  return text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest("The request body is not valid JSON.");
  }
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((item) => isDeeperThan(item, depth - 1));
}

/** Nobody reads the sentence: the answer has no body. */
function tooLarge(maximumBytes: number): Refusal {
  return new Refusal(413, `The request body is too large: ${maximumBytes} bytes are the most.`);
}
