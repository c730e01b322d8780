import type { Fields } from "../model/fields.ts";
import { notFound, type Call, type Route } from "./route.ts";

/** The sections of the server's settings that clients ask for by name; what they hold is not kept here. */
const sections: Readonly<Record<string, { Name: string; Description: string }>> = {
  authentication: { Name: "Authentication", Description: "How users sign in." },
};

export const configurationRoutes: Route[] = [
  { method: "GET", path: "/api/configuration/{id}", handle: (call) => ({ body: section(call) }) },
];

function section({ params }: Call): Fields {
  const id = params["id"] ?? "";
  const known = sections[id];
  if (known === undefined) throw notFound();
  const self = `/api/configuration/${id}`;
  return { Id: id, ...known, Links: { Self: self, Values: `${self}/values`, Metadata: `${self}/metadata` } };
}
