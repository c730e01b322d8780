import { textOf } from "../model/json.ts";
import type { OctopusDocument, Query } from "./octopus-api.ts";
import type { OctopusSpace } from "./octopus-client.ts";
import { foldName } from "./same-name.ts";

/** A space of which nothing is asked twice, until something is written to it. */
export interface RememberingSpace extends OctopusSpace {
  /** Takes in what a list of many had, so that it is not asked for one by one. @param route - where one alone is: `/variables` */
  learn(route: string, ids: readonly string[], documents: readonly OctopusDocument[]): void;
  /** Takes in what another request has answered with. */
  learnAnswer(path: string, document: OctopusDocument): void;
  /** Takes in a whole list. */
  learnList(path: string, documents: readonly OctopusDocument[]): void;
  /** Takes in ids and names that another answer told, for {@link findNamed}. */
  learnNames(documents: readonly OctopusDocument[]): void;
  /** Those with these names and an id that begins so, of which nothing but id and name may be known; undefined when one is not known. */
  findNamed(idPrefix: string, names: readonly string[]): OctopusDocument[] | undefined;
  /** Requests sent so far for what was not remembered. */
  countAsked(): number;
}

/** Short, and asked for in several ways by one look: all of it is less than two parts of it. */
const wholeLists: readonly string[] = ["/libraryvariablesets"];

/** For a look at a space by many, which would ask for the same lists one after the other. */
export function rememberReads(plain: OctopusSpace | RememberingSpace): RememberingSpace {
  if ("learn" in plain) return plain;
  const answers = new Map<string, Promise<OctopusDocument>>();
  const lists = new Map<string, Promise<OctopusDocument[]>>();
  const documents = new Map<string, Promise<OctopusDocument | undefined>>();
  const named = new Map<string, OctopusDocument>();
  let requests = 0;
  const space = noteAsks(plain, () => void (requests += 1));

  function forget(): void {
    named.clear();
    answers.clear();
    lists.clear();
    documents.clear();
  }

  /** What was on its way when something was written may be older than that. */
  async function write<T>(work: () => Promise<T>): Promise<T> {
    forget();
    return work().finally(forget);
  }

  function keep<T>(known: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
    const answer = known.get(key) ?? ask();
    known.set(key, answer);
    answer.catch(() => known.get(key) === answer && known.delete(key));
    return answer;
  }

  async function listKnown(path: string, query: Query): Promise<OctopusDocument[] | undefined> {
    const { ids, ...rest } = query;
    if (!Array.isArray(ids) || Object.values(rest).some((value) => value !== undefined)) return undefined;
    const known = ids.map((id) => documents.get(`${path.replace(/\/all$/, "")}/${id}`));
    const found = known.filter((one) => one !== undefined);
    if (found.length < ids.length) return undefined;
    return (await Promise.all(found)).filter((one) => one !== undefined);
  }

  async function list(
    path: string,
    query: Query,
    ask: (query: Query) => Promise<OctopusDocument[]>,
  ): Promise<OctopusDocument[]> {
    const known = await listKnown(path, query);
    if (known !== undefined) return known;
    if (wholeLists.includes(path)) return filter(await keep(lists, keyOf(path, {}), () => ask({})), query);
    const all = await keep(lists, keyOf(path, query), () => ask(query));
    const { ids } = query;
    if (Array.isArray(ids)) learn(path.replace(/\/all$/, ""), ids, all);
    return all;
  }

  function learn(route: string, ids: readonly string[], found: readonly OctopusDocument[]): void {
    const byId = new Map(found.map((document) => [document.Id, document]));
    for (const id of ids) documents.set(`${route}/${id}`, Promise.resolve(byId.get(id)));
  }

  return {
    ...space,
    async get(path, query) {
      const known = query === undefined ? await documents.get(path) : undefined;
      // One that is not there has to be told in the server's words.
      return known ?? keep(answers, keyOf(path, query), () => space.get(path, query));
    },
    async find(path, query) {
      if (query !== undefined) return space.find(path, query);
      return keep(documents, path, () => space.find(path));
    },
    list: (path, query = {}) => list(path, query, (asked) => space.list(path, asked)),
    listWhole: (path, query = {}) => list(path, query, (asked) => space.listWhole(path, asked)),
    post: (...given) => write(() => space.post(...given)),
    put: (...given) => write(() => space.put(...given)),
    remove: (...given) => write(() => space.remove(...given)),
    upload: (...given) => write(() => space.upload(...given)),
    learn,
    learnAnswer: (path, document) => void documents.set(path, Promise.resolve(document)),
    learnList: (path, all) => void lists.set(keyOf(path, {}), Promise.resolve([...all])),
    learnNames(told) {
      for (const one of told) named.set(one.Id, one);
    },
    findNamed(idPrefix, names) {
      const known = new Map(
        [...named.values()]
          .filter(({ Id }) => Id.startsWith(`${idPrefix}-`))
          .map((one) => [foldName(textOf(one, "Name")), one]),
      );
      const found = names.flatMap((name) => known.get(foldName(name)) ?? []);
      return found.length === names.length ? found : undefined;
    },
    countAsked: () => requests,
  };
}

/** As {@link RememberingSpace.findNamed} for any space. */
export function findTold(
  space: OctopusSpace | RememberingSpace,
  idPrefix: string,
  names: readonly string[],
): OctopusDocument[] | undefined {
  return "findNamed" in space ? space.findNamed(idPrefix, names) : undefined;
}

function noteAsks(space: OctopusSpace, note: () => void): OctopusSpace {
  return {
    ...space,
    get: (...query) => (note(), space.get(...query)),
    find: (...query) => (note(), space.find(...query)),
    list: (...query) => (note(), space.list(...query)),
    listWhole: (...query) => (note(), space.listWhole(...query)),
    getJson: (...query) => (note(), space.getJson(...query)),
  };
}

function keyOf(path: string, query: Query = {}): string {
  return JSON.stringify([path, Object.entries(query).filter(([, value]) => value !== undefined)]);
}

/** As the server does it. */
function filter(all: readonly OctopusDocument[], { partialName, contentType, ids }: Query): OctopusDocument[] {
  const part = typeof partialName === "string" ? foldName(partialName) : "";
  return all.filter(
    (one) =>
      foldName(textOf(one, "Name")).includes(part) &&
      (contentType === undefined || textOf(one, "ContentType") === contentType) &&
      (!Array.isArray(ids) || ids.includes(one.Id)),
  );
}
