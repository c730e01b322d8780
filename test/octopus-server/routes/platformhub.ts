import { fieldsOf, textOf, type Fields } from "../model/fields.ts";
import { sensitiveFromRequest } from "../model/sensitive.ts";
import { checkAccountSecrets, fieldsOfAccount, secretsOfAccount } from "./accounts.ts";
import { bindFields } from "./binding.ts";
import { createCrud } from "./crud.ts";
import { gitCredentialRules } from "./git-credentials.ts";
import { notFound, since, type Call } from "./route.ts";

const permissions = {
  view: "PlatformHubView",
  create: "PlatformHubEdit",
  edit: "PlatformHubEdit",
  delete: "PlatformHubEdit",
};

const accounts = createCrud({
  kind: "platformhubaccounts",
  path: "/api/platformhub/accounts",
  itemType: "PlatformHubAccount",
  noun: "account",
  fields: (sent, { model }) => ({ ...fieldsOfAccount(sent, model.version), ExecutionSubjectKeys: [] }),
  sensitiveFields: secretsOfAccount,
  validate: checkAccountSecrets,
  brief: ["create", "replace"],
  without: ["all"],
  permissions,
});

const gitCredentials = createCrud({
  ...gitCredentialRules,
  kind: "platformhubgitcredentials",
  path: "/api/platformhub/git-credentials",
  itemType: "PlatformHubGitCredential",
  naming: { slugs: false },
  brief: ["create", "replace"],
  without: ["all"],
  permissions,
});

const protection = { ProtectedDefaultBranch: false, ProtectedBranchNamePatterns: [] };

const versionControl = "/api/platformhub/versioncontrol";

/** Accounts, Git credentials and the repository that all spaces share (docs, Platform Hub). Nobody opens the repository here. Since when: OctopusClients c1ed9fe0. */
export const platformHubRoutes = since("2025.3", [
  ...accounts.routes,
  ...gitCredentials.routes,
  { method: "GET", path: versionControl, permission: "PlatformHubView", handle: (call) => ({ body: settings(call) }) },
  { method: "PUT", path: versionControl, permission: "PlatformHubEdit", handle: (call) => ({ body: change(call) }) },
]);

const settingsId = "platformhub-versioncontrol";

function settings({ model }: Call): Fields {
  const stored = model.collection("platformhubsettings").find(settingsId);
  if (stored === undefined) throw notFound();
  const { Id: _id, ...shown } = stored;
  return shown;
}

function change(call: Call): Fields {
  const stored = call.model.collection("platformhubsettings").find(settingsId) ?? {};
  const sent = bindFields(call.body, { Url: "", DefaultBranch: "", BasePath: "", Credentials: {}, ...protection });
  const credentials = fieldsOf(sent, "Credentials");
  const isAnonymous = textOf(credentials, "Type") === "Anonymous";
  const password = sensitiveFromRequest(credentials["Password"], fieldsOf(stored, "Credentials")["Password"]);
  const kept = isAnonymous ? { Type: "Anonymous" } : { ...credentials, Password: password };
  call.model.collection("platformhubsettings").add({ Id: settingsId, ...sent, Credentials: kept });
  return settings(call);
}
