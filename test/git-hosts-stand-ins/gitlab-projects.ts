import type { ApiAnswer } from "../git-server/git-server.ts";
import type { Route, RouteContext, StandIn, StandInRepository } from "./stand-in.ts";

export function notFound(what = ""): ApiAnswer {
  return { status: 404, body: { message: ["404", what, "Not Found"].filter(Boolean).join(" ") } };
}

export type InProject = (repository: StandInRepository, context: RouteContext) => ApiAnswer;

/** Finds the project by number or by path, which goes by old names as well: for reading alone. */
export function inProject(standIn: StandIn, answer: InProject): Route[2] {
  return (context) => {
    const [id = ""] = context.parts;
    const [owner, name] = splitPath(id);
    const repository = /^\d+$/.test(id)
      ? standIn.repositories.find((each) => each.id === Number(id))
      : standIn.find(owner, name);
    if (repository !== undefined) return answer(repository, context);
    const moved = standIn.findRenamed(owner, name);
    return moved === undefined ? notFound("Project") : toMoved(moved, context);
  };
}

function splitPath(path: string): [owner: string, name: string] {
  const end = path.lastIndexOf("/");
  return [path.slice(0, Math.max(end, 0)), path.slice(end + 1)];
}

/** Named by its number, under `http` where the page says so, too ("REST API", "Redirects"). */
function toMoved({ id }: StandInRepository, { request }: RouteContext): ApiAnswer {
  if (request.method !== "GET")
    return { status: 405, body: { message: "Non GET methods are not allowed for moved projects" } };
  const location = request.url.href.replace(/\/projects\/[^/?]+/, `/projects/${id}`);
  const headers = { location, "content-type": "text/plain" };
  return { status: 301, headers, body: `This resource has been moved permanently to ${location}` };
}
