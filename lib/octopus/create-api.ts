import type { HttpResponse } from "../http/http-request.ts";
import { callApiChecked, callApiForExisting, type ApiAddress, type ApiCall } from "./call-api.ts";
import type { OctopusApi, OctopusDocument, Query } from "./octopus-api.ts";
import { toDocument, toDocuments, toJson, toPage } from "./read-answer.ts";
import { toChanged, toNew } from "./request-body.ts";

/** As many as the API may give at once; it pages by itself when there are more. */
const pageSize = 1000;

/** The verbs of the API at one address. @param spaceId - whose address it is, if a space's */
export function createApi(address: ApiAddress, spaceId?: string): OctopusApi {
  const call = (wanted: ApiCall): Promise<HttpResponse> => callApiChecked(address, wanted);
  const document = async (wanted: ApiCall): Promise<OctopusDocument> => toDocument(await call(wanted), wanted.path);
  return {
    get: (path, query) => document({ method: "GET", path, query }),
    async find(path, query) {
      const response = await callApiForExisting(address, { method: "GET", path, query });
      return response && toDocument(response, path);
    },
    list: (path, query) => listAll(address, path, query),
    listWhole: async (path, query) => toDocuments(await call({ method: "GET", path, query }), path),
    getJson: async (path, query) => toJson(await call({ method: "GET", path, query }), path),
    post: (path, body, query, timeLimit) =>
      document({ method: "POST", path, body: toNew(body, spaceId), query, timeLimit }),
    put: (path, body, query) => document({ method: "PUT", path, body: toChanged(body, path, spaceId), query }),
    remove: async (path) => void (await call({ method: "DELETE", path })),
    download: async (path) => (await call({ method: "GET", path })).content,
    upload: (path, file, query) => document({ method: "POST", path, body: toForm(file), query }),
  };
}

async function listAll(address: ApiAddress, path: string, query: Query | undefined): Promise<OctopusDocument[]> {
  const items: OctopusDocument[] = [];
  for (;;) {
    const paged = { ...query, skip: items.length, take: pageSize };
    const page = toPage(await callApiChecked(address, { method: "GET", path, query: paged }), path);
    items.push(...page.Items);
    if (page.Items.length === 0 || items.length >= page.TotalResults) return items;
  }
}

function toForm({ name, content }: { name: string; content: Uint8Array }): FormData {
  const form = new FormData();
  form.set("file", new Blob([new Uint8Array(content)]), name);
  return form;
}
