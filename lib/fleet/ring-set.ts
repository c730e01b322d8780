/** What the tag set is called whose tags are rings, unless somebody says otherwise. */
export const defaultRingSet = "Managed Spaces Ring";
