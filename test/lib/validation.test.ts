import fc from "fast-check";
import { expect, test } from "vitest";
import { StepError } from "../../lib/step/errors.ts";
import { escapeMarkdown } from "../../lib/pages/escape-markdown.ts";
import { readPayload } from "../../lib/validation/read-payload.ts";
import { readVariableTexts } from "../../lib/validation/variable-uses.ts";

const inStep = (script: string): string =>
  `step "one" {\n    action {\n        properties = {\n            Given = "x"\n            Octopus.Action.Script.ScriptBody = ${JSON.stringify(script)}\n        }\n    }\n}\n`;

const namesIn = (script: string): string[] => readVariableTexts(inStep(script), "x.ocl").uses.map(({ name }) => name);

test.each([
  ["#{A} and #{ B | ToLower } and #{a}", ["A", "B"]],
  ["#{if A}#{A}#{/if} #{unless B}x#{/unless} #{else}", []],
  ["#{each x in List}#{x.Name} #{x}#{/each}", ["List"]],
  ['#{if A == "#"}#{C}#{/if}', ["C"]],
  ["#{Octopus.Action[One].Output.X} #{octopus.Project.Name} #{env:PATH} #{ | NowDate}", []],
  ["##{Escaped} #{Given} #{Given.Part}", []],
  ["#{Outer[#{Inner}].Name}", ["Inner"]],
  ["#{calc 1 + 2} ${#array[@]} $#{ #{", []],
])("of %j the variables %j are looked up", (script, names) => {
  expect(namesIn(script)).toEqual(names);
});

test("whatever a script says is read, without a name that is not in it", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("#", "{", "}", "a", "|", " ", "i", "f", ".", "[", "]") }),
      (script) => {
        for (const name of namesIn(script)) expect(script).toContain(name);
      },
    ),
  );
});

test.each([
  [
    { repository: "acme/web", pullRequest: 5 },
    { repository: "acme/web", number: 5 },
  ],
  [
    { ref: "refs/heads/a/b", after: "1f", repository: { clone_url: "u" } },
    { branch: "a/b", commit: "1f", repository: "u" },
  ],
  [
    { object_kind: "merge_request", object_attributes: { iid: 7 }, project: { git_http_url: "g" } },
    { number: 7, repository: "g" },
  ],
  [{ object_kind: "note", object_attributes: { iid: 7 } }, { number: undefined }],
  [
    { pullrequest: { id: 3 }, repository: { full_name: "a/b" } },
    { number: 3, repository: "a/b" },
  ],
  [{ resource: { pullRequestId: 9, repository: { remoteUrl: "r" } } }, { number: 9, repository: "r" }],
  [{ pullRequest: -1, number: "x" }, { number: undefined }],
])("of %j it is known what it is about", (payload, known) => {
  expect(readPayload(JSON.stringify(payload))).toMatchObject(known);
});

/** Whether it is a number of a pull request, none, or refused in a sentence. */
function isKnown(text: string): boolean {
  try {
    const { number } = readPayload(text);
    return number === undefined || number > 0;
  } catch (error) {
    return error instanceof StepError;
  }
}

test("whatever comes in as a payload is read or refused in a sentence", () => {
  expect(() => fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), isKnown))).not.toThrow();
});

test("whatever people write makes no line, mention, link or markup in a comment", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("@", "a", "\n", "[", "]", "(", ":", "/", "<", "`", "\\", "w", ".") }),
      (text) => {
        const escaped = escapeMarkdown(text);
        expect(escaped).not.toMatch(/\n|@(?!\u200b)|:\/\/|www\./);
        expect(escaped.replaceAll(/\\./g, "")).not.toMatch(/[[\]<`\\]/);
      },
    ),
  );
});
