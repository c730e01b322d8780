import type { Section } from "../section.ts";
import { dockerFeeds } from "./docker-feeds.ts";
import { environments } from "./environments.ts";
import { feeds } from "./feeds.ts";
import { gitCredentials } from "./git-credentials.ts";
import { libraryVariableSets } from "./library-variable-sets.ts";
import { lifecycles } from "./lifecycles.ts";
import { projectGroups } from "./project-groups.ts";
import { projects } from "./projects.ts";
import { stepTemplates } from "./step-templates.ts";

/** All that a baseline may say, in the order in which it is written. */
export const sections: readonly Section[] = [
  environments,
  lifecycles,
  feeds,
  dockerFeeds,
  gitCredentials,
  projectGroups,
  libraryVariableSets,
  stepTemplates,
  projects,
];
