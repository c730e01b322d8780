import { bundleCommandLine } from "./bundle.ts";
import { writeFileSync } from "node:fs";
import { steps } from "../steps/index.ts";
const { program, parts } = await bundleCommandLine(Object.keys(steps));
writeFileSync("/tmp/prof/dist/managed-spaces.cjs", program);
writeFileSync("/tmp/prof/dist/managed-spaces.parts", parts);
