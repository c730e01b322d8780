import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { once } from "node:events";
import { defineStep } from "../../../lib/step/define-step.ts";
import { StepError } from "../../../lib/step/errors.ts";
import {
  checkbox,
  lines,
  multilineText,
  packageReference,
  secret,
  select,
  text,
} from "../../../lib/step/parameters.ts";

/** Does, as its parameters ask, each thing that a step can do; for the tests of the launchers and of the build. */
export const step = defineStep({
  id: "7e5b5c0e-8a37-4b5e-9c1a-0d8f6f9a2b11",
  name: "Fixture - Echo Parameters",
  version: 1,
  prefix: "Fixture",
  description: "Writes what it was given to a file.",
  parameters: {
    title: text({ label: "Title", help: "Any text.", optional: true }),
    apiKey: secret({ label: "API Key", help: "A secret.", optional: true }),
    certificate: multilineText({ label: "Certificate", help: "Text of many lines.", optional: true, keepTokens: true }),
    names: lines({ label: "Names", help: "One name a line." }),
    onlyPlan: checkbox({ label: "Only Plan", help: "Change nothing.", default: false }),
    ending: select({
      label: "Ending",
      help: "How to end.",
      options: {
        succeed: "Succeed",
        fail: "Fail",
        crash: "Crash",
        wait: "Wait to be canceled",
        stall: "Wait for nothing",
      },
      default: "succeed",
    }),
    bundle: packageReference({ label: "Package", help: "Any package." }),
    questions: lines({ label: "Questions", help: "Names of variables to read.", optional: true }),
  },
  outputs: { Title: "The title." },
  examples: [{ title: "Echo a title", parameters: { title: "Hello" } }],
  async run({ input, log, setOutput, readVariable, workingDirectory, signal, attach }) {
    const answers = input.questions.map((name) => [name, readVariable(name) ?? null]);
    writeFileSync(join(workingDirectory, "echo.json"), JSON.stringify({ ...input, answers }));
    log.info(`key ${input.apiKey}`);
    log.progress(50, "half");
    setOutput("Title", input.title ?? "");
    attach("echo.json");
    if (input.ending === "fail")
      throw new StepError('Failed to echo "title": it was asked to fail. Ask for something else.');
    if (input.ending === "crash") throw new TypeError("a mistake");
    if (input.ending === "stall") await new Promise(() => undefined);
    if (input.ending === "wait") await waitForEnd(signal, () => log.info("waiting"));
    log.highlight("Echoed.");
  },
});

async function waitForEnd(signal: AbortSignal, onWaiting: () => void): Promise<void> {
  const keepAlive = setInterval(() => undefined, 1000);
  onWaiting();
  if (!signal.aborted) await once(signal, "abort");
  clearInterval(keepAlive);
  signal.throwIfAborted();
}
