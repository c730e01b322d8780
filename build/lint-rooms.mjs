// A plugin for the linter: lib's rooms import downwards only.
import { dirname, join, relative } from "node:path";
import { explainImport, readRooms } from "./rooms.mjs";

const rooms = readRooms();

const downwards = {
  create(context) {
    const file = relative(context.cwd, context.filename);
    const look = ({ source }) => {
      if (source?.value?.startsWith(".") !== true) return;
      const message = explainImport(file, join(dirname(file), source.value), rooms);
      if (message !== undefined) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: look,
      ExportNamedDeclaration: look,
      ExportAllDeclaration: look,
      ImportExpression: look,
    };
  },
};

export default { meta: { name: "rooms" }, rules: { downwards } };
