import { createHash } from "node:crypto";

export interface Tenant {
  id: string;
  name: string;
}

const tenantId = "Octopus.Deployment.Tenant.Id";
const copyName = "Exported.Project.Name";

/** The workspace of octoterra's process and of our first versions: tenants such as 日本 and 東京 have one together, and so have such copies. */
export const sharedWorkspace = `${sanitizing("Octopus.Deployment.Tenant.Name")}_${sanitizing(copyName)}`;

/** The tenant's id and the copy's name, the latter for people and as the hash of what Octopus tells names apart by. */
const ownWorkspace = `#{${tenantId}}_${unmistakable(copyName)}`;

/**
 * The workspace with the state of one copy, as Octopus works it out in a run: one that no other tenant and no other copy can have. It
 * holds a hyphen, which that of the first versions never does. Tenants that are there already go on with that, where only they can
 * come to it: they may have a state there.
 * @param template - name of the project that is deployed
 * @param tenants - all of the management space
 */
export function toWorkspace(template: string, tenants: readonly Tenant[]): string {
  const alone = listTenantsAlone(tenants);
  const [free, limited] = [alone.filter(({ behind }) => behind === ""), alone.filter(({ behind }) => behind !== "")];
  const choices = [
    ...(free.length === 0 ? [] : [{ ids: free.map(({ id }) => id), behind: "" }]),
    ...limited.map(({ id, behind }) => ({ ids: [id], behind })),
  ];
  const tenanted = choices.reduceRight(
    (otherwise, { ids, behind }) =>
      choose(`${tenantId} | Match "^(${ids.join("|")})$"`, keepShared(template, behind), otherwise),
    ownWorkspace,
  );
  return choose(tenantId, tenanted, `untenanted_${unmistakable(copyName)}`);
}

interface TenantAlone {
  id: string;
  /** What no copy's name may begin with, as alternatives of a pattern: `corp_` for Acme, or its copy would be in the workspace of Acme Corp. */
  behind: string;
}

/** Tenants whose names are not written like another's. What cultures put in lower case differently is no such name. */
function listTenantsAlone(tenants: readonly Tenant[]): TenantAlone[] {
  const written = tenants.map(({ name }) => sanitize(name));
  return tenants.flatMap(({ id, name }, index) => {
    const own = written[index] ?? "";
    if (/[\u0130\u212a]/.test(name) || written.filter((other) => other === own).length > 1) return [];
    const longer = written.filter((other) => other.startsWith(`${own}_`));
    return [{ id, behind: longer.map((other) => `${other.slice(own.length + 1)}_`).join("|") }];
  });
}

/** For the copy that is called like the template, and for those whose names are written like no other's: words and spaces alone. */
function keepShared(template: string, behind: string): string {
  const written = sanitize(template);
  const others = [`${written}$`, ...(behind === "" ? [] : [behind])].join("|").replaceAll("_", " ");
  const plain = choose(`${copyName} | ToLower | Match "^(?!${others})[a-z0-9 ]+$"`, sharedWorkspace, ownWorkspace);
  if (behind !== "" && new RegExp(`^(?:${behind})`).test(written)) return plain;
  return choose(`${copyName} | ToLower | Sha256 8 == "${hash(template.toLowerCase())}"`, sharedWorkspace, plain);
}

function choose(condition: string, then: string, otherwise: string): string {
  return `#{if ${condition}}${then}#{else}${otherwise}#{/if}`;
}

function unmistakable(variable: string): string {
  return `${sanitizing(variable)}-#{${variable} | ToLower | Sha256 8}`;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function sanitizing(variable: string): string {
  return `#{${variable} | ToLower | Replace "[^a-zA-Z0-9]" "_"}`;
}

/** What Octopus makes of a name in {@link sanitizing}: an underscore of each UTF-16 unit that is no letter or digit of ASCII. */
function sanitize(name: string): string {
  return name.toLowerCase().replace(/[^a-zA-Z0-9]/g, "_");
}
