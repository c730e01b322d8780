import { readFileSync } from "node:fs";
import type { ApiKeyOrigin } from "../octopus/api-key.ts";
import { createOctopusClient, type OctopusClient } from "../octopus/octopus-client.ts";
import { ParameterError } from "../step/errors.ts";
import { checkAddress } from "./parse-given.ts";
import { UsageError } from "./usage-error.ts";

export interface ConnectionOptions {
  server?: string | undefined;
  space?: string | undefined;
  "api-key-file"?: string | undefined;
}

export interface Connection {
  octopus: OctopusClient;
  apiKey: string;
  space: string;
}

interface ConnectionContext {
  environment: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  /** Told in a sentence that requests wait for the server's limit. */
  onWait?: (sentence: string) => void;
}

/**
 * Where to, and with which key: options first, then the environment variables that the Octopus CLI reads. A key is no option,
 * since every user of a machine can read the options of a running command.
 * @throws {@link UsageError} that names all that is missing, or the address that is none
 */
export function toConnection(
  options: ConnectionOptions,
  { environment, signal, onWait }: ConnectionContext,
): Connection {
  const server = options.server ?? environment["OCTOPUS_URL"] ?? "";
  const space = options.space ?? environment["OCTOPUS_SPACE"] ?? "";
  const keyFile = options["api-key-file"];
  const apiKey = (keyFile === undefined ? environment["OCTOPUS_API_KEY"] : readKey(keyFile))?.trim() ?? "";
  const missing = [
    ...(server === "" ? ["the server (--server or OCTOPUS_URL)"] : []),
    ...(apiKey === ""
      ? ["the API key (OCTOPUS_API_KEY, or --api-key-file with a file's name or - for standard input)"]
      : []),
    ...(space === "" ? ["the management space (--space or OCTOPUS_SPACE)"] : []),
  ];
  if (missing.length > 0) throw new UsageError(`Not known yet: ${missing.join("; ")}. Set what is missing.`);
  checkAddress(server, options.server === undefined ? "OCTOPUS_URL" : "--server");
  return {
    octopus: createOctopusClient({ url: server, apiKey, signal, onWait, keyOrigin: toOrigin(keyFile) }),
    apiKey,
    space,
  };
}

function toOrigin(keyFile: string | undefined): ApiKeyOrigin {
  const from = keyFile === undefined ? "OCTOPUS_API_KEY" : keyFile === "-" ? "standard input" : `the file "${keyFile}"`;
  return { name: "the API key", place: `which came from ${from}` };
}

/** A file that holds nothing but a key. @throws {@link ParameterError} for one that cannot be read */
export function readKey(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new ParameterError(`The API key cannot be read from "${file}". Name a file that holds nothing but the key.`, {
      cause: error,
    });
  }
}
