import type { Route } from "./routes/route.ts";

export interface Match {
  route: Route;
  params: Record<string, string>;
  /** The space named in the path; undefined stands for the default space. */
  spaceIdentifier: string | undefined;
}

interface CompiledRoute {
  route: Route;
  segments: string[];
}

/** Finds the route for a method and a path. Literal segments win over parameters; `%2F` inside a segment does not separate. */
export function createRouter(routes: readonly Route[]): (method: string, pathname: string) => Match | undefined {
  const byShape = new Map<string, CompiledRoute[]>();
  for (const route of routes) {
    for (const segments of shapesOf(route.path)) {
      const shape = `${route.method} ${segments.length}`;
      byShape.set(shape, [...(byShape.get(shape) ?? []), { route, segments }]);
    }
  }
  for (const compiled of byShape.values()) compiled.sort((a, b) => literals(b) - literals(a));
  return (method, pathname) => {
    const segments = pathname.split("/").filter((segment) => segment !== "");
    for (const candidate of byShape.get(`${method} ${segments.length}`) ?? []) {
      const params = match(candidate.segments, segments);
      if (params !== undefined) return { route: candidate.route, params, spaceIdentifier: params["space"] };
    }
    return undefined;
  };
}

/** `/api/{space}/x` is served at three addresses (Octopus docs: "Also reachable at"). */
function shapesOf(path: string): string[][] {
  const segments = path.split("/").filter((segment) => segment !== "");
  if (segments[1] !== "{space}") return [segments];
  const rest = segments.slice(2);
  if (rest.length === 0) return [segments];
  return [segments, ["api", "spaces", "{space}", ...rest], ["api", ...rest]];
}

function literals(route: CompiledRoute): number {
  return route.segments.filter((segment) => !segment.startsWith("{")).length;
}

function match(pattern: string[], segments: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index] ?? "";
    if (expected === "{space}") {
      if (pattern[1] === "{space}" && !/^spaces-\d+$/i.test(actual)) return undefined;
      params["space"] = decode(actual);
    } else if (expected.startsWith("{")) {
      params[expected.slice(1, -1)] = decode(actual);
    } else if (expected.toLowerCase() !== actual.toLowerCase()) {
      return undefined;
    }
  }
  return params;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
