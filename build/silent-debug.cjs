// What simple-git logs by: nobody reads it in a task, and the real one weighs 3,000 characters of a script body and can print environments.
const silent = Object.assign(() => {}, { enabled: false, namespace: "", log: () => {}, extend: () => silent });
module.exports = Object.assign(() => silent, { formatters: {}, enabled: () => false });
