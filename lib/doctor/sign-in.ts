import { variableSetNames } from "../install/variable-sets.ts";
import { isJsonObject, objectOf, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { managedTenantSignIn, thisInstanceSignIn } from "../octopus/sign-in-variables.ts";
import { listByExactNames } from "../resources/resource-kind.ts";

/** Whether the steps find a key, or a service account with a token, for the management space and for each tenant that has values at all. */
export async function checkSignIn(space: OctopusSpace): Promise<{ text: string; state?: "bad" }> {
  const sets = await listByExactNames(space, "libraryvariablesets", [
    variableSetNames.thisInstance,
    variableSetNames.octopusServer,
  ]);
  const variables: JsonObject[] = [];
  for (const set of sets)
    variables.push(...objectsOf(await space.get(`/variables/${textOf(set, "VariableSetId")}`), "Variables"));
  if (variables.length === 0) return { text: "nothing is installed yet" };
  const find = (name: string): JsonObject | undefined =>
    variables.find((variable) => isSameName(textOf(variable, "Name"), name));
  const accounts = await space.list("/accounts");
  const tenants = await listTenantsWithServiceAccounts(space, sets);
  const ownId = textOf(find(thisInstanceSignIn.serviceAccountId) ?? {}, "Value");
  const sentences = [
    ...(ownId === "" ? describeKey(find(thisInstanceSignIn.apiKey)) : []),
    ...(ownId === ""
      ? []
      : describeAccount(find(thisInstanceSignIn.oidcAccount), thisInstanceSignIn.oidcAccount, accounts)),
    ...(tenants.length === 0
      ? []
      : describeAccount(find(managedTenantSignIn.oidcAccount), managedTenantSignIn.oidcAccount, accounts)),
  ];
  if (sentences.length > 0) return { state: "bad", text: sentences.join(" ") };
  const how = ownId === "" ? "an API key" : `the service account ${ownId}`;
  const others = tenants.length === 0 ? "" : `; service accounts for ${tenants.join(", ")}`;
  return { text: `${how} for this instance${others}` };
}

function describeKey(apiKey: JsonObject | undefined): string[] {
  return apiKey === undefined
    ? [
        `The set "${variableSetNames.thisInstance}" has neither ${thisInstanceSignIn.apiKey} nor ${thisInstanceSignIn.serviceAccountId}. Run managed-spaces install.`,
      ]
    : [];
}

function describeAccount(variable: JsonObject | undefined, name: string, accounts: OctopusDocument[]): string[] {
  const remedy = "Run managed-spaces install with --oidc-account and the name of a Generic OIDC account.";
  if (variable === undefined)
    return [`A service account has no OIDC account beside it: there is no variable ${name}. ${remedy}`];
  const account = accounts.find(({ Id }) => Id === variable["Value"]);
  if (account === undefined) return [`The OIDC account that the variable ${name} names is gone. ${remedy}`];
  return textOf(account, "AccountType") === "GenericOidcAccount"
    ? []
    : [`The variable ${name} names "${textOf(account, "Name")}", which is no Generic OIDC account. ${remedy}`];
}

/** Their names. */
async function listTenantsWithServiceAccounts(space: OctopusSpace, sets: OctopusDocument[]): Promise<string[]> {
  const found: string[] = [];
  const all = await space.getJson("/tenantvariables/all");
  for (const entry of Array.isArray(all) ? all : [])
    for (const set of sets) {
      const tenant = isJsonObject(entry) ? entry : {};
      const given = objectOf(objectOf(objectOf(tenant, "LibraryVariables"), set.Id), "Variables");
      const template = objectsOf(set, "Templates").find((one) =>
        isSameName(textOf(one, "Name"), managedTenantSignIn.serviceAccountId),
      );
      if (textOf(given, textOf(template ?? {}, "Id")) !== "") found.push(textOf(tenant, "TenantName"));
    }
  return found;
}
