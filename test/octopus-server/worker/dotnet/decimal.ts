/** `System.Decimal`: exact, and it remembers how many places it was written with. */
export interface Decimal {
  isNegative: boolean;
  digits: bigint;
  /** How many of the digits stand behind the point. */
  scale: number;
}

const most = 2n ** 96n - 1n;

export function isInRange({ digits, scale }: Decimal): boolean {
  return digits <= most && scale <= 28;
}
