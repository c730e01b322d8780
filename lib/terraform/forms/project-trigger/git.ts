import { objectsOf, textOf, textsOf } from "../../../model/json.ts";
import { object, unlessEmpty } from "../../hcl.ts";
import { listNamed } from "../process/list-steps.ts";
import { addTrigger, arriving, type TriggerForm } from "./trigger.ts";

/** Commits to a repository that a step refers to make a release. */
export const addGitTrigger: TriggerForm = (context) => {
  const { node, module, filter, action } = context;
  const sources = objectsOf(filter, "Sources");
  const slugs = sources.map((source) => textOf(source, "DeploymentActionSlug"));
  addTrigger(context, {
    type: "octopusdeploy_git_trigger",
    attributes: {
      description: textOf(node.body, "Description"),
      ...arriving.attributes,
      channel_id: module.value(action["ChannelId"], node),
      sources: sources.map((source) =>
        object({
          deployment_action_slug: textOf(source, "DeploymentActionSlug"),
          git_dependency_name: textOf(source, "GitDependencyName"),
          include_file_paths: textsOf(source, "IncludeFilePaths"),
          exclude_file_paths: textsOf(source, "ExcludeFilePaths"),
        }),
      ),
      depends_on: unlessEmpty(listNamed(slugs, node, module)),
    },
    blocks: [arriving.lifecycle],
    said: { filter: ["Sources"], action: ["ChannelId"], trigger: ["Description"] },
  });
};
