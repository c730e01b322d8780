/**
 * Works on 1, 2, 3 and so on, eight at the same time: a client that loses its connections waits for a while before it tries again, and
 * with all at the same time a busy machine would not connect in time.
 */
export async function forEachNumber(count: number, work: (number: number) => Promise<void>): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let next = numbers.shift(); next !== undefined; next = numbers.shift()) await work(next);
    }),
  );
}
