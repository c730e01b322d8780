// What `yaml` has for those who ask for more than the values of a document of YAML 1.2: "<<" as YAML 1.1 had it, which no option of ours turns
// on (https://eemeli.org/yaml/#schema-options), functions that change values while they are read, and tokens to walk through.
export const isMergeKey = () => false;
const doNothing = () => {};
export { doNothing as addMergeToJSMap, doNothing as applyReviver, doNothing as visit };
