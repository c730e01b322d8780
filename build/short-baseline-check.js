// What inline bodies of Serialize Project have for steps/serialize-project/check-own-baseline.ts, which knows all sections and so weighs 7,000
// characters of a script body: whether it is YAML, and groups in lists. The fields of each are told by Populate Space then, and before by
// `managed-spaces install` and rehearsals.
import { parseYaml } from "../lib/yaml/parse-yaml.ts";

export function checkOwnBaseline(text) {
  parseYaml(text, "Own Baseline", { label: "baseline", read });
}

function read(content) {
  if (!isGroup(content)) return { problems: [{ path: [], text: "A baseline must be a group of keys and values." }] };
  const problems = Object.entries(content).flatMap(([key, value]) => {
    if (key === "name") return [];
    if (!Array.isArray(value)) return [{ path: [key], text: `"${key}" must be a list.` }];
    return value.flatMap((entry, index) =>
      isGroup(entry)
        ? []
        : [{ path: [key, index], text: `Each entry of "${key}" must be a group of keys and values.` }],
    );
  });
  return { value: content, problems };
}

function isGroup(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
