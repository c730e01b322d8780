import { toLower } from "../../dotnet/characters.ts";
import { base64Filters } from "./base64.ts";
import { caseFilters } from "./case.ts";
import { dateFilters } from "./dates.ts";
import { escapeFilters } from "./escapes.ts";
import type { Filter } from "./filter.ts";
import { format } from "./format.ts";
import { hashFilters } from "./hashes.ts";
import { patternFilters } from "./patterns.ts";
import { textFilters } from "./texts.ts";
import { uriPart } from "./uri-part.ts";
import { versionFilters } from "./versions.ts";

const filters = new Map<string, Filter>(
  Object.entries({
    ...base64Filters,
    ...caseFilters,
    ...dateFilters,
    ...escapeFilters,
    ...hashFilters,
    ...patternFilters,
    ...textFilters,
    ...versionFilters,
    format,
    null: () => null,
    uripart: uriPart,
  }),
);

/** @param name - in any case */
export function findFilter(name: string): Filter | undefined {
  return filters.get(toLower(name));
}
