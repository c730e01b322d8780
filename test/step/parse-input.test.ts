import { expect, test } from "vitest";
import type { StepParameters } from "../../lib/step/define-step.ts";
import { ParameterError } from "../../lib/step/errors.ts";
import {
  checkbox,
  lines,
  multilineText,
  packageReference,
  secret,
  select,
  text,
  url,
} from "../../lib/step/parameters.ts";
import { listSecrets, parseInput } from "../../lib/step/parse-input.ts";

const form = { label: "Label", help: "Help." };

test("values are parsed by their kind", () => {
  const parameters = {
    name: text(form),
    server: url(form),
    key: secret(form),
    document: multilineText(form),
    names: lines(form),
    onlyPlan: checkbox({ ...form, default: false }),
    engine: select({ ...form, options: { direct: "Direct", terraform: "Terraform" }, default: "direct" }),
  };

  const input = parse(parameters, {
    "P.Name": "  Hello World ",
    "P.Server": "https://octopus.example/",
    "P.Key": " exactly this\n",
    "P.Document": "a\n\n",
    "P.Names": "one\n two \r\n\n",
    "P.OnlyPlan": "True",
    "P.Engine": "terraform",
  });

  expect(input).toEqual({
    name: "Hello World",
    server: "https://octopus.example",
    key: " exactly this\n",
    document: "a\n\n",
    names: ["one", "two"],
    onlyPlan: true,
    engine: "terraform",
  });
});

test("what is optional and empty, or absent, is undefined", () => {
  const parameters = {
    name: text({ ...form, optional: true }),
    server: url({ ...form, optional: true }),
    key: secret({ ...form, optional: true }),
  };

  expect(parse(parameters, { "P.Name": " ", "P.Key": "" })).toEqual({
    name: undefined,
    server: undefined,
    key: undefined,
  });
});

test("a choice that an older process does not send has its default", () => {
  const parameters = {
    onlyPlan: checkbox({ ...form, default: true }),
    engine: select({ ...form, options: { direct: "Direct", terraform: "Terraform" }, default: "terraform" }),
  };

  expect(parse(parameters, {})).toEqual({ onlyPlan: true, engine: "terraform" });
  expect(parse(parameters, { "P.OnlyPlan": "", "P.Engine": "" })).toEqual({ onlyPlan: false, engine: "terraform" });
});

test("every wrong parameter is told, by its label", () => {
  const parameters = {
    name: text({ ...form, label: "Name" }),
    server: url({ ...form, label: "Server" }),
    bundle: packageReference({ ...form, label: "Package" }),
    fine: text({ ...form, label: "Fine" }),
  };

  expect(() => parse(parameters, { "P.Server": "octopus.example", "P.Fine": "x" })).toThrow(
    new ParameterError(
      "Failed to read the parameters of the step:\nName: enter a value.\nServer: enter an address that starts with https:// or http://.\nPackage: choose a package.",
    ),
  );
});

test("a package that did not arrive is told as one to choose", () => {
  const parameters = { bundle: packageReference({ ...form, label: "Package" }) };
  const variables = { "Octopus.Action.Package[P.Bundle].PackageId": "hello_world" };

  expect(() => parse(parameters, variables)).toThrow("Package: choose a package.");
});

test("a variable that Octopus could not resolve is refused by its name", () => {
  const parameters = { name: text({ ...form, label: "Name" }) };

  expect(() => parse(parameters, { "P.Name": "Space of #{Octopus.Deployment.Tenant.Name}" })).toThrow(
    'Name: the variable in "#{Octopus.Deployment.Tenant.Name}" has no value in this run, which is for no tenant. Set it, or check its scopes.',
  );
});

test("a tenant that lacks a value is named, with the environment and what to do", () => {
  const parameters = { url: text({ ...form, label: "Octopus Server URL" }) };
  const variables = {
    "P.Url": "#{ManagedTenant.Octopus.Url}",
    "Octopus.Deployment.Tenant.Name": "America",
    "Octopus.Environment.Name": "Sync",
  };

  expect(() => parse(parameters, variables)).toThrow(
    'Octopus Server URL: the variable in "#{ManagedTenant.Octopus.Url}" has no value for the tenant "America" in the environment "Sync". Set it among the tenant\'s variables, which are there once the tenant is connected to the project.',
  );
});

test("where tokens are meant, they stay", () => {
  const parameters = { document: multilineText({ ...form, keepTokens: true }) };

  expect(parse(parameters, { "P.Document": "default: #{Name}" })).toEqual({ document: "default: #{Name}" });
});

test("an unresolved secret is named only when it is nothing but the name of a variable", () => {
  const parameters = { key: secret({ ...form, label: "Key" }) };

  expect(() => parse(parameters, { "P.Key": "#{ManagedTenant.Octopus.ApiKey}" })).toThrow(
    '"#{ManagedTenant.Octopus.ApiKey}"',
  );
  expect(() => parse(parameters, { "P.Key": "prefix#{half a password}" })).toThrow(/^(?!.*password)/s);
  expect(secrets(parameters, { "P.Key": "#{ManagedTenant.Octopus.ApiKey}" })).toEqual([]);
  expect(secrets(parameters, { "P.Key": "prefix#{half a password}" })).toEqual(["prefix#{half a password}"]);
});

test("variables have derived names, or the ones that a parameter insists on", () => {
  const parameters = {
    serverUrl: url(form),
    legacy: text({ ...form, variable: "Other.Server.Url" }),
    bundle: packageReference(form),
  };

  const input = parse(parameters, {
    "P.ServerUrl": "https://octopus.example.com",
    "Other.Server.Url": "x",
    "Octopus.Action.Package[P.Bundle].PackageId": "web",
    "Octopus.Action.Package[P.Bundle].PackageVersion": "1.0.0",
    "Octopus.Action.Package[P.Bundle].ExtractedPath": "/packages/web",
  });

  expect(input).toEqual({
    serverUrl: "https://octopus.example.com",
    legacy: "x",
    bundle: { id: "web", version: "1.0.0", path: "/packages/web" },
  });
});

function parse(parameters: StepParameters, variables: Readonly<Record<string, string>>): Record<string, unknown> {
  return parseInput({ prefix: "P", parameters }, (name) => variables[name]);
}

function secrets(parameters: StepParameters, variables: Readonly<Record<string, string>>): string[] {
  return listSecrets({ prefix: "P", parameters }, (name) => variables[name]);
}
