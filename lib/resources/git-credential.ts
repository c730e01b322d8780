import { collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

export const gitCredential: ResourceKind = {
  id: "gitCredential",
  label: "Git credential",
  idPrefix: "GitCredentials",
  ...collectionRoutes("git-credentials"),
  nameOf: nameField,
  creationDefaults: { RepositoryRestrictions: { Enabled: false, AllowedRepositories: [] } },
  // This collection has no filter by ids, and its `name` matches substrings (Octopus's API reference, git-credentials).
  listByIds: async (space, ids) =>
    (await space.list("/git-credentials")).filter((credential) => ids.includes(credential.Id)),
};
