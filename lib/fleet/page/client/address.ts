/** What the page shows. All of it stands in the address, so that a view can be sent; "" is what is usual. */
export interface View {
  view: string;
  show: string;
  group: string;
  sort: string;
  /** How many days of deployments. */
  days: string;
  /** `space:Tenants-1`, `instance:https://…` */
  open: string;
  /** Text that a space's name, or its tenant's, has. */
  find: string;
  /** States with commas between them. */
  inStep: string;
  well: string;
  instance: string;
  ring: string;
  tag: string;
  template: string;
  version: string;
  project: string;
  person: string;
  variable: string;
  /** The sentence of something that needs a person, or that people changed alike. */
  cause: string;
  favourites: string;
}

export type ViewKey = keyof View;

/** Picks all spaces. */
export const noFilters: Readonly<Record<FilterKey, "">> = {
  find: "",
  inStep: "",
  well: "",
  instance: "",
  ring: "",
  tag: "",
  template: "",
  version: "",
  project: "",
  person: "",
  variable: "",
  cause: "",
  favourites: "",
};

const usual: Readonly<View> = { view: "", show: "", group: "", sort: "", days: "", open: "", ...noFilters };

/** What picks spaces. */
export const filterKeys = [
  "find",
  "inStep",
  "well",
  "instance",
  "ring",
  "tag",
  "template",
  "version",
  "project",
  "person",
  "variable",
  "cause",
  "favourites",
] as const satisfies readonly ViewKey[];

export type FilterKey = (typeof filterKeys)[number];

export function parseAddress(hash: string): View {
  const view = { ...usual };
  for (const [key, value] of new URLSearchParams(hash.replace(/^#/, ""))) if (isViewKey(key)) view[key] = value;
  return view;
}

/** `#view=versions&ring=Canary` */
export function toAddress(view: Readonly<View>): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(view)) if (value !== "") parameters.set(key, value);
  return `#${parameters}`;
}

function isViewKey(key: string): key is ViewKey {
  return Object.hasOwn(usual, key);
}
