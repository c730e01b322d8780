import { findOfProject } from "../of-project.ts";
import type { TriggerForm } from "./trigger.ts";

/** New packages of the built-in feed make a release: the same as the project's automatic release creation, which has a resource. */
export const addBuiltInFeedTrigger: TriggerForm = ({ node, module }) => {
  const project = findOfProject("project", node, module);
  if (project?.body["AutoCreateRelease"] !== true)
    module.remark(node, "it is left out, since its project creates no releases automatically");
};
