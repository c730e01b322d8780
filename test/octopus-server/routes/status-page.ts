import type { OctopusModel } from "../model/model.ts";
import type { Route } from "./route.ts";

/** Another server that the page shows too. */
export interface Peer {
  name: string;
  url: string;
  model: OctopusModel;
}

export interface StatusPageOptions {
  name: string;
  peers: readonly Peer[];
}

export function createStatusPageRoutes({ name }: StatusPageOptions): Route[] {
  return [{ method: "GET", path: "/", anonymous: true, handle: () => ({ contentType: "text/html; charset=utf-8", body: `<h1>${name}</h1>` }) }];
}
