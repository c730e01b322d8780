/** A token that a host gives for a while. */
export interface ShortToken {
  token: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Gives the token for an owner's repositories. */
export type GetToken = (owner: string) => Promise<string>;

export interface KeepOptions {
  create(owner: string): Promise<ShortToken>;
  now: () => Date;
  onSecret?: ((secret: string) => void) | undefined;
}

/** Such tokens live for an hour or so; this much of it is kept for the work that they are asked for. */
const margin = 10 * 60_000;

/** One token an owner, kept until shortly before it expires. */
export function keepTokens(options: KeepOptions): GetToken {
  const tokens = new Map<string, Promise<ShortToken>>();
  return async (name) => {
    const owner = name.toLowerCase();
    const known = tokens.get(owner);
    if (known === undefined) return (await renew(tokens, owner, options)).token;
    const { token, expiresAt } = await known;
    if (expiresAt > options.now().getTime() + margin) return token;
    const current = tokens.get(owner);
    const next = current === undefined || current === known ? renew(tokens, owner, options) : current;
    return (await next).token;
  };
}

/** Promises are kept, not tokens, so that requests at the same time share one. */
function renew(
  tokens: Map<string, Promise<ShortToken>>,
  owner: string,
  { create, onSecret }: KeepOptions,
): Promise<ShortToken> {
  const creating = create(owner);
  tokens.set(owner, creating);
  creating.then(
    ({ token }) => onSecret?.(token),
    () => tokens.delete(owner),
  );
  return creating;
}
