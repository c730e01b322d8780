import { nameField, type Section } from "../section.ts";
import { required } from "../value.ts";
import { textLike } from "../words.ts";
import { registry, signIn } from "./feeds.ts";

const url = textLike(
  "FeedUri",
  "Address of the registry.",
  "^https?://",
  "an address that starts with https:// or http://",
);

/** Baselines of the first version know no other feeds. */
export const dockerFeeds: Section = {
  key: "dockerFeeds",
  kind: "feed",
  about: "The same as feeds of the type `docker`, in the words of earlier baselines.",
  fields: { name: nameField, url: required(url), ...registry, ...signIn },
  implied: () => [["FeedType", "Docker"]],
  isOf: () => false,
};
