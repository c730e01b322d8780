import { ConflictError, NotAllowedError, NotFoundError, StepError, UnavailableError } from "../step/errors.ts";
import { maskUrlCredentials } from "./git-credentials.ts";
import { refusedPushes } from "./refused-pushes.ts";

const noSuchCommit = "There is no such branch or commit. Check the branch in the project's version control settings.";

/** Told by what Git and the hosts' hooks print; the first that matches counts, so the special ones go before the general ones. */
const explanations: readonly (readonly [pattern: RegExp, error: typeof StepError, sentence: string])[] = [
  [
    /spawn git(\.exe)? ENOENT/,
    UnavailableError,
    "Git is not installed on this worker. Install Git 2.38 or newer, or use an execution container that has it.",
  ],
  [/run was canceled|Abort signal received/, UnavailableError, "The run was canceled."],
  // Before the lost connections: with a disk that is full Git drops the line, too. What stands behind "remote:" is said of the host's disk.
  [
    /^(?!remote:).*(?:No space left on device|Disk quota exceeded)/im,
    UnavailableError,
    "The disk that holds $1 is full. Free space there, or let the run work in another folder, and run it again.",
  ],
  [
    /^(?!remote:).*Read-only file system/im,
    UnavailableError,
    "Git may not write to $1. Give the user that this runs as access to that folder, and run it again.",
  ],
  ...refusedPushes,
  // Of the address that Git asks for, which a host may have redirected it to: a repository keeps its old address when its owner changes.
  [
    /could not read (?:Username|Password) for '([^']*)'/i,
    NotAllowedError,
    "The host wants credentials for $1, and there are none for it. Check that the repository is still at the address that is entered, and whose repositories the token is for.",
  ],
  [
    /Authentication failed|could not read (Username|Password)|terminal prompts disabled|access denied|returned error: 401/i,
    NotAllowedError,
    "The host refused the credentials. Check the user name and the token, and that the token has not expired.",
  ],
  [
    /returned error: 403|Permission to .* denied|not allowed to|insufficient permission|Write access to repository not granted|User permission denied/i,
    NotAllowedError,
    "The credentials may not do this. Give the token permission to read and write the repository's contents.",
  ],
  [
    /repository '?.*'? not found|returned error: 404|Repository not found|does not exist or you do not have permission/i,
    NotFoundError,
    "The repository does not exist, or the credentials may not see it. Check the address and the token.",
  ],
  [/couldn't find remote ref|not our ref/i, NotFoundError, noSuchCommit],
  [
    /Could not resolve (host|proxy)/i,
    UnavailableError,
    "The host name is not known. Check the repository's address and the worker's DNS.",
  ],
  [
    /SSL certificate|certificate verif|unable to get local issuer|self[- ]signed/i,
    UnavailableError,
    "The TLS certificate of the host is not trusted by this worker. Set GIT_SSL_CAINFO on the worker to the file with your certificate authority.",
  ],
  [
    /Failed to connect|Connection refused|Couldn't connect|No route to host|Network is unreachable/i,
    UnavailableError,
    "The host cannot be reached. Check the repository's address, that the server is running, and firewalls and proxies.",
  ],
  [
    /timed out|Operation too slow|Connection reset|early EOF|unexpected disconnect|hung up unexpectedly|Empty reply|transfer closed|returned error: (429|5\d\d)|RPC failed/i,
    UnavailableError,
    "The connection to the host was lost, or the host could not answer. Run the step again.",
  ],
  // After the lost connections: a partial repository says so too when the host could not be asked.
  [/unknown revision|bad revision|Needed a single revision|not a valid object name/i, NotFoundError, noSuchCommit],
  [
    /Permission denied|cannot mkdir|could not create (?:work tree|leading director)/i,
    UnavailableError,
    "Git may not write to $1. Give the user that this runs as access to that folder, and run it again.",
  ],
  [
    /not valid: is this a git repository|does not appear to be a git repository|invalid server response/i,
    NotFoundError,
    "There is no Git repository at this address. Check the address.",
  ],
  [
    /unable to update url base from redirection/i,
    NotAllowedError,
    "The host redirects to an address of another kind. Use the address that it redirects to.",
  ],
  [/refusing to merge unrelated histories/i, ConflictError, "The repositories have no history in common."],
  [
    /is not a git command|unknown option|usage: git merge-tree/i,
    UnavailableError,
    "Git on this worker is older than 2.38. Install a newer one.",
  ],
];

/**
 * Makes an error of ours from what Git wrote; all that is known about Git's and the hosts' refusals is in this file and in refused-pushes.ts.
 * @param text - standard error and output, in English
 * @param directory - where Git ran
 */
export function explainFailure(text: string, directory = "the folder that the run works in"): StepError {
  const found = explanations.find(([pattern]) => pattern.test(text));
  const said = whatWasSaid(text);
  if (found === undefined) return new StepError(`Git failed${said}`);
  const [pattern, kind, template] = found;
  const sentence = template.replace("$1", () => maskUrlCredentials(pattern.exec(text)?.[1] ?? directory));
  return new kind(
    kind === NotAllowedError && sentence.endsWith("refused the push.") ? `The host refused the push${said}` : sentence,
    {
      cause: new Error(maskUrlCredentials(text.trim())),
    },
  );
}

/** The one line that tells most: what the host's hook said, else Git's last complaint. */
function whatWasSaid(text: string): string {
  const lines = maskUrlCredentials(text)
    .split(/\r?\n/)
    .map((line) => line.trim());
  const remote = lines
    .filter((line) => line.startsWith("remote:"))
    .map((line) => line.replace(/^remote:\s*(error:|fatal:)?\s*/, ""));
  const own = lines
    .filter((line) => /^(fatal|error):/.test(line))
    .map((line) => line.replace(/^(fatal|error):\s*/, ""));
  const line =
    remote.find((candidate) => candidate !== "") ?? own.at(-1) ?? lines.find((candidate) => candidate !== "");
  if (line === undefined) return ".";
  return `: ${/[.!?]$/.test(line) ? line : `${line}.`}`;
}
