// The types of YAML 1.2 that values without a tag have. `yaml` knows those of 1.1 besides, which lib/yaml/parse-yaml.ts refuses.
import { schema } from "../node_modules/yaml/browser/dist/schema/core/schema.js";

export const coreKnownTags = {};
export const getTags = () => [...schema];
