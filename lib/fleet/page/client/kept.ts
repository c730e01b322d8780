/** What the browser keeps for a reader: favourites, and what was opened lately. */
export interface Kept {
  /** Tenants' ids. */
  favourites: Set<string>;
  /** The latest first. */
  recent: string[];
  /** Whether it is there the next time. */
  isLasting: boolean;
  toggle(tenant: string): void;
  visit(tenant: string): void;
}

const mostRecent = 8;

/** @param key - tells fleets apart: pages that are opened as files share one storage */
export function openKept(key: string): Kept {
  const [text, isLasting] = read(key);
  const stored = parse(text);
  const kept: Kept = {
    favourites: new Set(listOf(stored, "favourites")),
    recent: listOf(stored, "recent"),
    isLasting,
    toggle(tenant) {
      if (!kept.favourites.delete(tenant)) kept.favourites.add(tenant);
      save();
    },
    visit(tenant) {
      kept.recent = [tenant, ...kept.recent.filter((other) => other !== tenant)].slice(0, mostRecent);
      save();
    },
  };
  return kept;

  function save(): void {
    kept.isLasting = write(key, JSON.stringify({ favourites: [...kept.favourites], recent: kept.recent }));
  }
}

/** Storage is denied to a page in a sandbox, and by some settings to every page: even to ask for it throws then. */
function read(key: string): [text: string | null, isAllowed: boolean] {
  try {
    return [localStorage.getItem(key), true];
  } catch {
    return [null, false];
  }
}

function write(key: string, text: string): boolean {
  try {
    localStorage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "{}");
  } catch {
    return {};
  }
}

function listOf(stored: unknown, key: string): string[] {
  if (typeof stored !== "object" || stored === null) return [];
  const list: unknown = Object.entries(stored).find(([name]) => name === key)?.[1];
  return Array.isArray(list) ? list.filter((one) => typeof one === "string") : [];
}
