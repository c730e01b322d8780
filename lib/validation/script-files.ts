import { describeUser } from "../ocl/describe-user.ts";
import { readOcl } from "../ocl/read-ocl.ts";
import { isProperties, walkOcl } from "../ocl/walk-ocl.ts";

/** A file that a step takes from the repository of its project. */
export interface ScriptFile {
  /** From the root of the repository. */
  path: string;
  usedBy: string;
}

/** By the property that says where a step's files are, the properties that name some. */
const fileProperties: Readonly<Record<string, readonly string[]>> = {
  "Octopus.Action.Script.ScriptSource": ["Octopus.Action.Script.ScriptFileName"],
  "Octopus.Action.Aws.TemplateSource": [
    "Octopus.Action.Aws.CloudFormationTemplate",
    "Octopus.Action.Aws.CloudFormationTemplateParameters",
  ],
  "Octopus.Action.Azure.TemplateSource": [
    "Octopus.Action.Azure.ResourceGroupTemplate",
    "Octopus.Action.Azure.ResourceGroupTemplateParameters",
    "Octopus.Action.Azure.BicepTemplateFile",
  ],
};

/**
 * The files that steps take from the project's own repository: not those of packages and of other repositories, nor names that a run
 * works out or that are patterns (docs, projects/version-control: files of a step's source "Project").
 * @throws {@link ParameterError} for a file that is no OCL
 */
export function listScriptFiles(source: string, fileName: string): ScriptFile[] {
  const found: ScriptFile[] = [];
  walkOcl(readOcl(source, fileName).items, (item, above) => {
    if (!isProperties(item)) return;
    const values = new Map(
      item.value.entries.flatMap(({ key, value }) => (value.kind === "text" ? [[key, value.value] as const] : [])),
    );
    const usedBy = describeUser(above, fileName);
    found.push(...listFiles(values).map((path) => ({ path, usedBy })));
  });
  return found;
}

function listFiles(values: ReadonlyMap<string, string>): string[] {
  if (values.get("Octopus.Action.GitRepository.Source") === "External") return [];
  return Object.entries(fileProperties)
    .filter(([property]) => values.get(property) === "GitRepository")
    .flatMap(([, properties]) => properties.flatMap((property) => values.get(property) ?? []))
    .filter((path) => path !== "" && !/[#*?{]/.test(path))
    .map((path) => path.replaceAll("\\", "/").replace(/^(?:\.?\/)+/, ""));
}
