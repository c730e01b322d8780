import { ParameterError } from "../step/errors.ts";

/**
 * The server's address without a slash at the end, also out of a browser's bar, which goes on behind `/app`.
 * @throws {@link ParameterError} for an address that is no http or https URL, or that holds credentials
 */
export function toServerUrl(text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  // Neither in sentences nor in logs may it be shown, and fetch would refuse it.
  if (url !== undefined && (url.username !== "" || url.password !== ""))
    throw new ParameterError(
      "The Octopus Server URL holds credentials. Enter the address without them: the API key is all that is needed.",
    );
  if (url !== undefined && /^https?:$/.test(url.protocol))
    return `${url.origin}${url.pathname.replace(/\/+$/, "").replace(/\/(api|app)$/i, "")}`;
  throw new ParameterError(
    `The Octopus Server URL "${text}" is no address. Use one that begins with https://, such as https://octopus.example.com.`,
  );
}
