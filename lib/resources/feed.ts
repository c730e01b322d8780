import { textOf } from "../model/json.ts";
import { object, words } from "./field.ts";
import { collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

/** Feeds that every space has: they are found by their type, since the server names them. */
export const builtInTypes = ["BuiltIn", "OctopusProject"];

/** As new feeds of any type are (go-octopusdeploy, NewBuiltInFeed). */
const newBuiltIn = {
  DeletePackagesAssociatedWithReleases: false,
  IsBuiltInRepoSyncEnabled: false,
  DownloadAttempts: 5,
  DownloadRetryBackoffSeconds: 10,
  PackageAcquisitionLocationOptions: ["ExecutionTarget", "Server"],
};

export const feed: ResourceKind = {
  id: "feed",
  label: "feed",
  idPrefix: "Feeds",
  wellKnownIds: /^feeds-builtin(-releases)?$/,
  ...collectionRoutes("feeds"),
  nameOf: (document) =>
    builtInTypes.includes(textOf(document, "FeedType")) ? textOf(document, "FeedType") : nameField(document),
  isInEverySpace: (name) => builtInTypes.includes(name),
  inNewSpace: (document) => (textOf(document, "FeedType") === "BuiltIn" ? newBuiltIn : undefined),
  detailsOf: (document) => ({ FeedType: textOf(document, "FeedType") }),
  fields: {
    FeedUri: words,
    Username: words,
    // Of Azure, not of Octopus; and the parts of the subject of a token, in their order.
    OidcAuthentication: object({
      ClientId: words,
      TenantId: words,
      SubjectKeys: { text: "words", isOrdered: true },
    }),
  },
  createOnly: ["Slug"],
};
