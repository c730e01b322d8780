// A thread of build/shorten.ts: takes a program, answers with the shorter one. No TypeScript, which a thread of a test would not understand.
import { parentPort, workerData } from "node:worker_threads";
import { minify } from "terser";

parentPort.on("message", async (program) => {
  const { code = "" } = await minify(program, workerData);
  parentPort.postMessage(code);
});
