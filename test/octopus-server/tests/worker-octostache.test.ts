import { expect, test } from "vitest";
import { createVariableDictionary, RecursiveVariableError } from "../worker/octostache.ts";

function evaluate(text: string, values: Record<string, string> = {}): string {
  return createVariableDictionary(Object.entries(values)).evaluate(text).text;
}

test("text without tokens stays as it is", () => {
  expect(evaluate("a # b ## c ### $# {x}")).toBe("a # b ## c ### $# {x}");
});

test.each([
  ["#{Foo}", "Bar"],
  ["#{ foo }", "Bar"],
  ["a#{Foo}b#{Foo}c", "aBarbBarc"],
  ["##{Foo}", "#{Foo}"],
  ["###{Foo}", "#Bar"],
  ["#{Missing} #{Foo}", "#{Missing} Bar"],
  ["#{  Missing  }", "#{Missing}"],
  ["#{Missing | ToLower}", "#{Missing | ToLower}"],
  ['#{Missing | Replace "a" b}', '#{Missing | Replace "a" "b"}'],
])("%s gives %s", (template, expected) => {
  expect(evaluate(template, { Foo: "Bar" })).toBe(expected);
});

test("names hold spaces, dots, indexes and parentheses", () => {
  const values = { "Octopus.Action[Say Hello (v2)].Output.A": "1", "My name": "Ann" };
  expect(evaluate("#{Octopus.Action[Say Hello (v2)].Output.A} #{My name}", values)).toBe("1 Ann");
});

test("an index is looked up by a variable", () => {
  expect(evaluate("#{A[#{B}].C}", { "A[x].C": "found", B: "x" })).toBe("found");
});

test("the wildcard index takes the first", () => {
  expect(evaluate("#{A[*].C}", { "A[x].C": "first", "A[y].C": "second" })).toBe("first");
});

test("values are evaluated too", () => {
  expect(evaluate("#{A}", { A: "#{B}!", B: "#{C}", C: "deep" })).toBe("deep!");
});

test("an unresolved token inside a value stays as it is written", () => {
  expect(evaluate("#{A}", { A: "x #{Nope} y" })).toBe("x #{Nope} y");
});

test("a variable that refers to itself is an error", () => {
  expect(() => evaluate("#{A}", { A: "#{B}", B: "#{A}" })).toThrow(RecursiveVariableError);
});

test("unresolved tokens are named", () => {
  expect(createVariableDictionary().evaluate("#{A} #{B | ToLower}").missing).toEqual(["#{A}", "#{B | ToLower}"]);
});

test.each([
  ["#{if A}yes#{/if}", "yes"],
  ["#{if Missing}yes#{else}no#{/if}", "no"],
  ["#{unless Missing}yes#{else}no#{/unless}", "yes"],
  ['#{if A == "x"}yes#{/if}', "yes"],
  ['#{if "x" == A}yes#{/if}', "yes"],
  ['#{if A != "x"}yes#{else}no#{/if}', "no"],
  ["#{if A == B}yes#{else}no#{/if}", "yes"],
  ['#{if A | ToUpper == "X"}yes#{/if}', "yes"],
  ["#{if No}yes#{else}no#{/if}", "no"],
  ["#{if Zero}yes#{else}no#{/if}", "no"],
  ["#{if A}#{if No}1#{else}2#{/if}#{/if}", "2"],
  ['#{if A == "1"}1#{elseif A == "x"}2#{else}3#{/if}', "2"],
  ["#{if Empty}[#{A}]#{/if}", ""],
])("%s gives %s", (template, expected) => {
  expect(evaluate(template, { A: "x", B: "x", No: "False", Zero: "0", Empty: "" })).toBe(expected);
});

test.each([
  ["#{each p in Package}#{p}=#{p.Version};#{/each}", "A=1;B=2;"],
  ["#{each c in List}[#{c}]#{/each}", "[a][b]"],
  ["#{each c in List}#{c}#{unless Octopus.Template.Each.Last},#{/unless}#{/each}", "a,b"],
  ["#{each o in Json.items}#{o.n} #{/each}", "1 2 "],
  ["#{each o in Json.map}#{o.Key}:#{o.Value} #{/each}", "k:v l:w "],
  ["#{each o in Missing}x#{/each}", ""],
])("%s gives %s", (template, expected) => {
  const Json = '{"items":[{"n":1},{"n":2}],"map":{"k":"v","l":"w"}}';
  expect(evaluate(template, { "Package[A].Version": "1", "Package[B].Version": "2", List: "a,b", Json })).toBe(
    expected,
  );
});

test("JSON is walked by dots and indexes", () => {
  const Json = '{"a":{"b":[1,{"c":"deep"}]},"t":true,"o":{"x":1}}';
  expect(evaluate("#{Json.a.b[1].c} #{Json.a.b[0]} #{Json[t]} #{Json.o}", { Json })).toBe('deep 1 True {"x":1}');
});

test("calc knows precedence and parentheses", () => {
  expect(evaluate("#{calc 1 + 2 * A} #{calc (1+2)*{A}} #{calc Missing + 1}", { A: "4" })).toBe("9 12 #{Missing+1}");
});

test.each([
  ['#{V | Replace "[^A-Za-z0-9]" "_"}', "Hello_World_"],
  ["#{V | ToUpper}", "HELLO WORLD!"],
  ["#{V | ToLower | ToBase64}", "aGVsbG8gd29ybGQh"],
  ["#{V | ToBase64 | FromBase64}", "Hello World!"],
  ["#{V | Truncate 5}", "Hello..."],
  ["#{V | Substring 6 5}", "World"],
  ["#{V | Append #{X} y}", "Hello World!xy"],
  ['#{V | StartsWith "Hello"}', "true"],
  ['#{V | Match "W.rld"}', "true"],
  ["#{V | Contains xyz}", "false"],
  ["#{V | ToLower nonsense}", '#{V | ToLower "nonsense"}'],
  ["#{Q | JsonEscape}", '\\"a\\"\\n\\\\'],
  ["#{Q | XmlEscape}", "&quot;a&quot;\n\\"],
  ["#{V | Sha256 4}", "7f83b165"],
  ["#{V | Md5}", "ed076287532e86365e841e92bfc50d8c"],
  [
    "#{Ver | VersionMajor}.#{Ver | VersionPatch} #{Ver | VersionPreRelease} #{Ver | VersionMetadata}",
    "1.3 beta.4 build",
  ],
  ["#{Ver | VersionPreReleasePrefix} #{Ver | VersionPreReleaseCounter}", "beta 4"],
  [
    "#{Url | UriPart Host} #{Url | UriPart Port} #{Url | UriPart Scheme} #{Url | UriPart Query}",
    "octo.example 8080 https ?q=1",
  ],
  ["#{V | UriDataEscape}", "Hello%20World%21"],
  ["#{Text | Indent 2}", "  a\n  b"],
  ["#{Text | YamlSingleQuoteEscape}", "a\n\nb"],
  ["#{Date | Format yyyy-MM-dd}", "2026-07-05"],
  ["#{Date | Format Date HH:mm}", "09:08"],
  ["#{Number | Format N2}", "1,234.50"],
  ["#{Number | Format int D6}", '#{Number | Format "int" "D6"}'],
  ["#{Pad | Trim}|#{Pad | Trim start}", "x|x "],
])("%s gives %s", (template, expected) => {
  const values = {
    V: "Hello World!",
    X: "x",
    Q: '"a"\n\\',
    Ver: "1.2.3-beta.4+build",
    Url: "https://octo.example:8080/a/b?q=1#f",
    Text: "a\nb",
    Date: "2026-07-05T09:08:07",
    Number: "1234.5",
    Pad: " x ",
  };
  expect(evaluate(template, values)).toBe(expected);
});

test.each([
  ["1", "1.0.0.0 [] [] [] []"],
  ["1.2.3.4-branch.1+meta", "1.2.3.4 [branch.1] [branch] [1] [meta]"],
  ["v2.0.1-feature_x_y", "2.0.1.0 [feature_x_y] [feature] [x_y] []"],
  ["19.0.0.Final", "19.0.0.0 [Final] [Final] [] []"],
  ["latest", "0.0.0.0 [latest] [latest] [] []"],
])("the version %s has the parts %s", (V, expected) => {
  const numbers = "#{V | VersionMajor}.#{V | VersionMinor}.#{V | VersionPatch}.#{V | VersionRevision}";
  const texts = ["Prerelease", "PrereleasePrefix", "PrereleaseCounter", "Metadata"].map(
    (part) => `[#{V | Version${part}}]`,
  );
  expect(evaluate([numbers, ...texts].join(" "), { V })).toBe(expected);
});

test.each([
  ["_yes_ **and** `code`", "<p><em>yes</em> <strong>and</strong> <code>code</code></p>"],
  ["# Title", "<h1>Title</h1>"],
  ["- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"],
  [
    "|A|B|\n|-|-|\n|1|2|",
    "<table>\n<thead>\n<tr>\n<th>A</th>\n<th>B</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>",
  ],
])("markdown %j becomes HTML", (M, expected) => {
  expect(evaluate("#{M | Markdown}", { M }).trim()).toBe(expected);
});

test("JSON without quotes around its names is walked, too", () => {
  expect(evaluate("[#{Json.name}] [#{Json.none}]", { Json: "{ name: 1, none: null }" })).toBe("[1] []");
});

test("an index that is not there is left alone, even when it stands in the variable itself", () => {
  expect(evaluate("#{A}", { A: "#{A[#{B}]}", B: "x" })).toBe("#{A[#{B}]}");
});

test("NowDateUtc takes a format", () => {
  expect(evaluate("#{ | NowDateUtc yyyy}")).toBe(String(new Date().getUTCFullYear()));
});

test("a Null filter makes the whole value absent", () => {
  const variables = createVariableDictionary([["A", "x#{B | null}"]]);
  expect(variables.get("A")).toBeUndefined();
});

test("an invalid template is kept whole, and piece by piece when lenient", () => {
  const variables = createVariableDictionary([["A", "1"]]);
  expect(variables.evaluate("#{A} #{ ! #{A}").text).toBe("#{A} #{ ! #{A}");
  expect(variables.evaluate("#{A} #{ ! #{A}", { lenient: true }).text).toBe("1 #{ ! 1");
});

test("deeply nested open conditionals are parsed in no time", () => {
  const text = "#{if A}".repeat(200);
  expect(evaluate(text, { A: "1" })).toBe("#{if A}".repeat(200));
});
