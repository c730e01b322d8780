/** An exception that .NET would throw, and that fails the step. */
export class DotnetError extends Error {
  override readonly name = "DotnetError";
  /** Such as `FormatException`. */
  readonly type: string;

  constructor(type: string, message: string) {
    super(`${type}: ${message}`);
    this.type = type;
  }
}
