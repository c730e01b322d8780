import { http, type HttpHandler } from "msw";
import type { OctopusServer } from "./octopus-server.ts";

/** For msw's `setupServer`: every request that no handler before takes is answered by this server, without a network. */
export function createHandlers(server: OctopusServer): HttpHandler[] {
  return [http.all("*", ({ request }) => server.respond(request))];
}
