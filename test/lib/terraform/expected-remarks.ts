/** What the provider cannot say of the stories, by kind and story. */
export const expectedRemarks: Readonly<Record<string, string[]>> = {};
