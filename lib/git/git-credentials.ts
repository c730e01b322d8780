import { ParameterError } from "../step/errors.ts";

/** What Git sends, and only to addresses that begin with `url`. */
export interface GitCredentials {
  /** A host, or an owner on it, such as `https://git.example.com/acme`. */
  url: string;
  username: string;
  token: string;
  /** Whether the token is sent as a bearer, without the name: for hosts that know tokens which are nobody's. */
  isBearer?: true;
}

export interface SplitUrl {
  /** The address without credentials, query and slash at the end. */
  url: string;
  /** What the address brought along, for its host alone. */
  credentials?: GitCredentials;
}

/**
 * Takes the credentials out of a repository's address, so that no remote, argument or log ever holds them.
 * @throws {@link ParameterError} for an address that is not http or https
 */
export function splitCredentials(address: string): SplitUrl {
  const url = toHttpUrl(address.trim());
  const { username, password } = url;
  url.username = "";
  url.password = "";
  const plain = `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  if (username === "" && password === "") return { url: plain };
  const token = decodeURIComponent(password === "" ? username : password);
  const name = password === "" ? "x-access-token" : decodeURIComponent(username);
  return { url: plain, credentials: { url: plain, username: name === "" ? "x-access-token" : name, token } };
}

/** Hides the credentials in every address that a text holds: `https://user:secret@host` becomes `https://****@host`. */
export function maskUrlCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+(?:@[^\s/@'"]+)*@/gi, "$1****@");
}

function toHttpUrl(address: string): URL {
  if (/^ssh:\/\//i.test(address) || /^[\w.-]+@[\w.-]+:/.test(address)) {
    throw new ParameterError(
      `The repository address "${maskUrlCredentials(address)}" uses SSH. Use the address for HTTPS, such as https://git.example.com/acme/web.git.`,
    );
  }
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return new URL(address);
  throw new ParameterError(
    `The repository address "${maskUrlCredentials(address)}" is no address of a repository. Use one that begins with https://, such as https://git.example.com/acme/web.git.`,
  );
}
