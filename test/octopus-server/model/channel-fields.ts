/** What a channel holds beside its name and its project, as a new one has it. */
export const channelFields = {
  Description: null,
  LifecycleId: null,
  IsDefault: false,
  TenantTags: [],
  Rules: [],
  GitReferenceRules: [],
  GitResourceRules: [],
  CustomFieldDefinitions: [],
  Type: "Lifecycle",
  ParentEnvironmentId: null,
  EphemeralEnvironmentNameTemplate: null,
  AutomaticEphemeralEnvironmentDeployments: false,
};
