import { multilineText, packageReference, text, type PackageReference, type Parameter } from "../step/parameters.ts";

/** Where a package has the mapping when nobody says. */
export const mappingFileName = "mapping.yaml";

export interface MappingParameters {
  mapping: Parameter<string | undefined>;
  mappingPackage: Parameter<PackageReference | undefined>;
  mappingFile: Parameter<string>;
}

/** What becomes of names, scopes and values on the way into the space. */
export function mappingParameters(): MappingParameters {
  return {
    mapping: multilineText({
      label: "Mapping",
      help: "A YAML document that says what becomes of names, scopes and values on the way into this space: environment *Production* is *Live* there. Blank, or a variable without a value, for a package that goes as it is, or when a package has the mapping.",
      default: "#{ManagedTenant.Mapping}",
      optional: true,
      keepTokens: true,
      mayBeUnresolved: true,
    }),
    mappingPackage: packageReference({
      label: "Mapping Package",
      help: "A package with the mapping, instead of the text above.",
      optional: true,
    }),
    mappingFile: text({ label: "Mapping File", help: "Where the package has it.", default: mappingFileName }),
  };
}
