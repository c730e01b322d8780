import { fieldsOf, isFields, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { Resource } from "../model/collection.ts";
import type { OctopusModel } from "../model/model.ts";
import { isSensitive, sensitiveFromRequest } from "../model/sensitive.ts";
import { badRequest, type Call } from "./route.ts";
import type { GitCredential } from "../git/git-command.ts";

/** True for a project whose process, settings, variables and runbooks are in Git. */
export function isVersionControlled(project: Fields): boolean {
  return project["IsVersionControlled"] === true;
}

/** The settings of a project that is version controlled. */
export function settingsOf(project: Fields): Fields {
  return fieldsOf(project, "PersistenceSettings");
}

/** The folder of the project's files, without a slash at either end. */
export function folderOf(settings: Fields): string {
  return textOf(settings, "BasePath")
    .replaceAll(/\/+/g, "/")
    .replaceAll(/^\/|\/$/g, "");
}

/**
 * What a client sent as the persistence settings of a project.
 * @param stored - the settings that are replaced, which hold the password
 * @throws a 400 for what is missing or not allowed
 */
export function readVersionControlSettings(sent: unknown, { stored, call }: { stored?: Fields; call: Call }): Fields {
  if (!isFields(sent) || propertyOf(sent, "Type") !== "VersionControlled")
    // Assumed; the type is the only one that the generated API documentation names for this command.
    throw badRequest("The persistence settings must be of the type 'VersionControlled'.");
  const text = (name: string): string => textOf({ value: propertyOf(sent, name) }, "value").trim();
  const settings = {
    Type: "VersionControlled",
    Url: text("Url"),
    DefaultBranch: text("DefaultBranch").replace(/^refs\/heads\//, ""),
    ProtectedDefaultBranch: propertyOf(sent, "ProtectedDefaultBranch") === true,
    ProtectedBranchNamePatterns: textsOf({ value: propertyOf(sent, "ProtectedBranchNamePatterns") }, "value"),
    // Source: the CLI sends `.octopus/` where nothing is said; that the server fills in the same is assumed.
    BasePath: text("BasePath") || ".octopus",
    Credentials: readCredentials(propertyOf(sent, "Credentials"), fieldsOf(stored ?? {}, "Credentials")),
    // Source: docs, Config as Code: variables and runbooks of projects that are converted now go to Git.
    ConversionState: { VariablesAreInGit: true, RunbooksAreInGit: true },
  };
  checkSettings(settings, call);
  return settings;
}

function readCredentials(sent: unknown, stored: Fields): Fields {
  const credentials = isFields(sent) ? sent : {};
  const type = String(propertyOf(credentials, "Type") ?? "Anonymous");
  const text = (name: string): string => textOf({ value: propertyOf(credentials, name) }, "value");
  if (type === "Anonymous") return { Type: type };
  // Source: go-octopusdeploy, credentials.NewGitHubApp: a connection is named as a credential is.
  if (type === "Reference" || type === "GitHub") return { Type: type, Id: text("Id") };
  // Assumed.
  if (type !== "UsernamePassword") throw badRequest(`Git credentials of the type '${type}' are not available.`);
  return {
    Type: type,
    Username: text("Username"),
    Password: sensitiveFromRequest(propertyOf(credentials, "Password"), stored["Password"]),
  };
}

function checkSettings(settings: Fields, call: Call): void {
  const url = textOf(settings, "Url");
  // Source: the portal requires both; these sentences are assumed.
  if (url === "") throw badRequest("Please provide a value for Url.");
  if (textOf(settings, "DefaultBranch") === "") throw badRequest("Please provide a value for DefaultBranch.");
  if (!/^(https?|file):\/\/./i.test(url))
    throw badRequest(`The Git repository URL '${url}' is not valid. It must begin with http or https.`);
  // Assumed: a secret in an address would be shown to everybody who may see the project.
  if (/^\w+:\/\/[^/]*@/.test(url))
    throw badRequest("The Git repository URL must not contain a user name or a password.");
  checkBasePath(textOf(settings, "BasePath"));
  checkCredentials(fieldsOf(settings, "Credentials"), url, call);
}

/** Source: an answer of a real server in the CLI's issue 314, for `./octopus/backend`; characters are issue 7555 of Octopus. */
function checkBasePath(basePath: string): void {
  const [first, ...rest] = basePath.replaceAll(/\/+/g, "/").replace(/\/$/, "").split("/");
  if (first !== ".octopus") throw badRequest("Octopus config must be placed in the .octopus base path.");
  if (rest.some((part) => part === "." || part === ".." || /[:*?"<>|\\]/.test(part)))
    throw badRequest(`The base path '${basePath}' is not valid.`);
}

function checkCredentials(credentials: Fields, url: string, call: Call): void {
  if (credentials["Type"] === "UsernamePassword" && !isSensitive(credentials["Password"]))
    // Assumed.
    throw badRequest("Please provide a user name and a password.");
  if (credentials["Type"] === "GitHub") checkConnection(textOf(credentials, "Id"), call);
  if (credentials["Type"] !== "Reference") return;
  const found = call.model.collection("gitcredentials").find(textOf(credentials, "Id"));
  if (found === undefined || found["SpaceId"] !== call.space.Id)
    // Assumed.
    throw badRequest(`The Git credential '${textOf(credentials, "Id")}' does not exist in this space.`);
  const restrictions = fieldsOf(found, "RepositoryRestrictions");
  // Source: docs, Git credentials: repository restrictions, with * for any text; the sentence is assumed.
  if (
    restrictions["Enabled"] !== true ||
    textsOf(restrictions, "AllowedRepositories").some((pattern) => matchesPattern(url, pattern))
  )
    return;
  throw badRequest(`The Git credential '${textOf(found, "Name")}' is not allowed for the repository '${url}'.`);
}

function checkConnection(id: string, { model, space }: Call): void {
  if (model.collection("githubconnections").find(id)?.["SpaceId"] === space.Id) return;
  // Assumed.
  throw badRequest(`The GitHub connection '${id}' does not exist in this space.`);
}

/** Source: issue 7194 of Octopus: two projects may share a repository, but not a folder in it; the sentence is assumed. */
export function checkIsAlone(project: Resource, settings: Fields, call: Call): void {
  const place = placeOf(settings);
  const other = call.model
    .collection("projects")
    .list((one) => one.Id !== project.Id && isVersionControlled(one) && placeOf(settingsOf(one)) === place)[0];
  if (other === undefined) return;
  throw badRequest(
    `The project '${textOf(other, "Name")}' already uses the folder '${folderOf(settings)}' of this Git repository. Please choose a different base path.`,
  );
}

function placeOf(settings: Fields): string {
  return `${textOf(settings, "Url")
    .replace(/(\.git)?\/*$/i, "")
    .toLowerCase()} ${folderOf(settings)}`;
}

/** @returns undefined for repositories that everybody may use */
export function credentialOf(model: OctopusModel, settings: Fields): GitCredential | undefined {
  const credentials = fieldsOf(settings, "Credentials");
  const source =
    credentials["Type"] === "Reference"
      ? fieldsOf(model.collection("gitcredentials").find(textOf(credentials, "Id")) ?? {}, "Details")
      : credentials;
  const password = source["Password"];
  return isSensitive(password) ? { username: textOf(source, "Username"), password: password.$sensitive } : undefined;
}

/** @param branch - without `refs/heads/` */
export function isProtectedBranch(settings: Fields, branch: string): boolean {
  if (settings["ProtectedDefaultBranch"] === true && branch === textOf(settings, "DefaultBranch")) return true;
  return textsOf(settings, "ProtectedBranchNamePatterns").some((pattern) => matchesPattern(branch, pattern));
}

/** Source: docs, branch protection: "use wildcard syntax". */
function matchesPattern(text: string, pattern: string): boolean {
  const source = pattern
    .split("*")
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`, "i").test(text);
}
