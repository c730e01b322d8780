import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { BuiltSteps, Flavor } from "../install/step-templates.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import { NotFoundError } from "../step/errors.ts";

export interface BuiltStepsLocation {
  /** The build's output, which the command is part of. */
  dist: string;
  version: string;
  flavor: Flavor;
}

/** What the build made for {@link install}: templates by slug and, for the packaged flavor, the package that they run from. */
export function readBuiltSteps({ dist, version, flavor }: BuiltStepsLocation): BuiltSteps {
  const directory = flavor === "packaged" ? join(dist, "templates/packaged") : join(dist, "templates");
  const files = readdirSync(directory).filter((file) => file.endsWith(".json"));
  const templates = Object.fromEntries(
    files.map((file) => [basename(file, ".json"), readTemplate(join(directory, file))]),
  );
  if (flavor === "inline") return { version, templates, runtimePackage: undefined };
  const fileName = `managed-spaces.${version}.zip`;
  return {
    version,
    templates,
    runtimePackage: { id: "managed-spaces", fileName, content: readFileSync(join(dist, "package", fileName)) },
  };
}

function readTemplate(path: string): JsonObject {
  const value: JsonValue = JSON.parse(readFileSync(path, "utf8"));
  if (!isJsonObject(value))
    throw new NotFoundError(
      `The file "${path}" of this installation holds no step template. Install managed-spaces again.`,
    );
  return value;
}
