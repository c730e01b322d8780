import { builtInTypes } from "../../resources/feed.ts";
import type { TerraformForm } from "../form.ts";

export const feed: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_feeds",
    collection: "feeds",
    label: "feed",
    details: { FeedType: "feed_type" },
    knownByType: builtInTypes,
  },
};
