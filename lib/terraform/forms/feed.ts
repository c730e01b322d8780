import { builtInTypes } from "../../resources/feed.ts";
import type { TerraformForm } from "../form.ts";

/** The types that the data source can look for; it finds the others all the same (provider 1.17.0, `feed_type`). */
const types = [
  ["AwsElasticContainerRegistry", "BuiltIn", "Docker", "GcsStorage", "GitHub", "Helm", "Maven", "Npm", "NuGet", "S3"],
  ["OciRegistry", "OctopusProject"],
].flat();

export const feed: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_feeds",
    collection: "feeds",
    label: "feed",
    toFilters: ({ FeedType: type = "" }) => ({ feed_type: types.includes(type) ? type : undefined }),
    knownByType: builtInTypes,
  },
};
