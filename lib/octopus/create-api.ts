import type { HttpResponse } from "../http/http-request.ts";
import { answeredBy, callApiChecked, callApiForExisting, type ApiAddress, type ApiCall } from "./call-api.ts";
import type { OctopusApi, OctopusDocument, Query } from "./octopus-api.ts";
import { toDocument, toDocuments, toJson, toPage } from "./read-answer.ts";
import { removeSurely, sendSurely, writeSurely } from "./lost-writes.ts";
import { toChanged, toNew } from "./request-body.ts";

/** As many as the API may give at once; it pages by itself when there are more. */
const pageSize = 1000;

/** The verbs of the API at one address. @param spaceId - whose address it is, if a space's */
export function createApi(address: ApiAddress, spaceId?: string): OctopusApi {
  const call = (wanted: ApiCall): Promise<HttpResponse> => callApiChecked(address, wanted);
  const ask = async <T>(wanted: ApiCall, read: (answered: ReturnType<typeof answeredBy>) => T): Promise<T> =>
    read(answeredBy(address, wanted, await call(wanted)));
  const write = async (wanted: ApiCall): Promise<OctopusDocument> => ask(wanted, toDocument);
  const find: OctopusApi["find"] = async (path, query) => {
    const wanted = { method: "GET", path, query } as const;
    const response = await callApiForExisting(address, wanted);
    return response && toDocument(answeredBy(address, wanted, response));
  };
  const list: OctopusApi["list"] = (path, query) => listAll(address, path, query);
  return {
    get: (path, query) => ask({ method: "GET", path, query }, toDocument),
    find,
    list,
    listWhole: (path, query) => ask({ method: "GET", path, query }, toDocuments),
    getJson: (path, query) => ask({ method: "GET", path, query }, toJson),
    act: async (path) => void (await sendSurely(() => call({ method: "POST", path }))),
    post: (path, body, query, timeLimit) =>
      writeSurely({ method: "POST", path, body: toNew(body, spaceId), query, timeLimit }, { write, find, list }),
    put: (path, body, query) =>
      writeSurely({ method: "PUT", path, body: toChanged(body, path, spaceId), query }, { write, find, list }),
    remove: (path) => removeSurely(() => call({ method: "DELETE", path })),
    download: async (path) => (await call({ method: "GET", path })).content,
    upload: (path, file, query) => {
      const send = (): Promise<OctopusDocument> => write({ method: "POST", path, body: toForm(file), query });
      // A feed that takes a version once says so the second time: that is for whoever knows what it sent.
      return query?.["overwriteMode"] === "FailIfExists" ? send() : sendSurely(send);
    },
  };
}

async function listAll(address: ApiAddress, path: string, query: Query | undefined): Promise<OctopusDocument[]> {
  const items: OctopusDocument[] = [];
  for (;;) {
    const wanted = { method: "GET", path, query: { ...query, skip: items.length, take: pageSize } } as const;
    const page = toPage(answeredBy(address, wanted, await callApiChecked(address, wanted)));
    items.push(...page.Items);
    if (page.Items.length === 0 || items.length >= page.TotalResults) return items;
  }
}

function toForm({ name, content }: { name: string; content: Uint8Array }): FormData {
  const form = new FormData();
  form.set("file", new Blob([new Uint8Array(content)]), name);
  return form;
}
