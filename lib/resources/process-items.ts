import { byName, type ItemList, type ResourceKind } from "./resource-kind.ts";

/** The lists of a process: steps, their actions, and the packages and Git repositories that an action refers to. */
export const processItems: readonly ItemList[] = [
  { path: ["Steps"], identify: byName, referencedAs: "step" },
  { path: ["Steps", "Actions"], identify: byName, referencedAs: "action", isNamedOnce: true },
  { path: ["Steps", "Actions", "Packages"], identify: byName, label: "package" },
  { path: ["Steps", "Actions", "GitDependencies"], identify: byName, label: "Git repository" },
];

/** Whether it is a process: its body has steps, and these have actions. */
export function isProcess({ items }: Pick<ResourceKind, "items">): boolean {
  return items === processItems;
}
