/** Where a package has a baseline when nobody says. */
export const usualBaselineFile = "baseline.yaml";
