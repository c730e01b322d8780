import { has } from "./model/server-version.ts";
import type { Route } from "./routes/route.ts";

export interface Match {
  route: Route;
  params: Record<string, string>;
  /** The space named in the path; undefined stands for the default space. */
  spaceIdentifier: string | undefined;
}

interface CompiledRoute {
  route: Route;
  segments: readonly Segment[];
  literalCount: number;
}

interface Segment {
  /** In lower case, since paths are compared so. */
  text: string;
  /** The name of the parameter that it stands for. */
  parameter: string | undefined;
}

/**
 * Finds the route for a method and a path in a server of a version, or in any server when none is given. Literal segments win over
 * parameters; `%2F` inside a segment does not separate.
 */
export type FindRoute = (method: string, pathname: string, version?: string) => Match | undefined;

export function createRouter(routes: readonly Route[]): FindRoute {
  const byShape = groupByShape(routes.flatMap(compile));
  return (method, pathname, version) => {
    const segments = pathname.split("/").filter((segment) => segment !== "");
    const texts = segments.map((segment) => segment.toLowerCase());
    const found = byShape
      .get(shapeOf(method, segments))
      ?.find(
        ({ route, segments: pattern }) => (version === undefined || has(version, route)) && matches(pattern, texts),
      );
    if (found === undefined) return undefined;
    const params = readParameters(found.segments, segments);
    return { route: found.route, params, spaceIdentifier: params["space"] };
  };
}

function groupByShape(compiled: readonly CompiledRoute[]): Map<string, CompiledRoute[]> {
  const byShape = new Map<string, CompiledRoute[]>();
  for (const candidate of compiled.toSorted((a, b) => b.literalCount - a.literalCount)) {
    const shape = shapeOf(candidate.route.method, candidate.segments);
    const known = byShape.get(shape);
    if (known === undefined) byShape.set(shape, [candidate]);
    else known.push(candidate);
  }
  return byShape;
}

function shapeOf(method: string, segments: readonly unknown[]): string {
  return `${method} ${segments.length}`;
}

function compile(route: Route): CompiledRoute[] {
  return shapesOf(route.path).map((texts) => {
    const segments = texts.map((text) => ({
      text: text.toLowerCase(),
      parameter: text.startsWith("{") ? text.slice(1, -1) : undefined,
    }));
    return { route, segments, literalCount: segments.filter(({ parameter }) => parameter === undefined).length };
  });
}

/** `/api/{space}/x` is served at three addresses (Octopus docs: "Also reachable at"). */
function shapesOf(path: string): string[][] {
  const segments = path.split("/").filter((segment) => segment !== "");
  if (segments[1] !== "{space}") return [segments];
  const rest = segments.slice(2);
  if (rest.length === 0) return [segments];
  return [segments, ["api", "spaces", "{space}", ...rest], ["api", ...rest]];
}

/** @param texts - in lower case */
function matches(pattern: readonly Segment[], texts: readonly string[]): boolean {
  const isInSpace = pattern[1]?.parameter === "space";
  return pattern.every(({ text, parameter }, index) => {
    if (parameter === undefined) return text === texts[index];
    return parameter !== "space" || !isInSpace || /^spaces-\d+$/.test(texts[index] ?? "");
  });
}

function readParameters(pattern: readonly Segment[], segments: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pattern.flatMap(({ parameter }, index) =>
      parameter === undefined ? [] : [[parameter, decode(segments[index] ?? "")]],
    ),
  );
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
