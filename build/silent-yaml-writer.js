// What `yaml` writes documents by: steps only read them, and this weighs 5,000 characters of a script body. Reading asks for it in one
// place, where a key is no text but a group or a list, and then takes what it says for the key.
const sayNothing = () => "(no text)";
export const createStringifyContext = () => ({});
export {
  sayNothing as stringify,
  sayNothing as stringifyCollection,
  sayNothing as stringifyDocument,
  sayNothing as stringifyNumber,
  sayNothing as stringifyPair,
  sayNothing as stringifyString,
};
