import { toLower, toUpper } from "../../dotnet/characters.ts";
import { withoutOptions, type Filter } from "./filter.ts";

export const caseFilters: Record<string, Filter> = {
  tolower: withoutOptions(toLower),
  toupper: withoutOptions(toUpper),
};
