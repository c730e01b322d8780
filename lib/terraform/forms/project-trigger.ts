import { objectOf, textOf } from "../../model/json.ts";
import type { TerraformForm } from "../form.ts";
import { addBuiltInFeedTrigger } from "./project-trigger/built-in-feed.ts";
import { addFeedTrigger } from "./project-trigger/feed.ts";
import { addGitTrigger } from "./project-trigger/git.ts";
import { addScheduledTrigger } from "./project-trigger/scheduled.ts";
import { addTargetTrigger } from "./project-trigger/target.ts";
import type { TriggerForm } from "./project-trigger/trigger.ts";

/** By the type of the filter; the others are schedules. */
const forms: Readonly<Record<string, TriggerForm>> = {
  ArcFeedFilter: addBuiltInFeedTrigger,
  FeedFilter: addFeedTrigger,
  GitFilter: addGitTrigger,
  MachineFilter: addTargetTrigger,
};

export const projectTrigger: TerraformForm = {
  resource: {
    write(node, module) {
      const filter = objectOf(node.body, "Filter");
      const action = objectOf(node.body, "Action");
      const add = forms[textOf(filter, "FilterType")] ?? addScheduledTrigger;
      add({ node, module, filter, action });
    },
  },
};
