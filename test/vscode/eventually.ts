/** Tries until `attempt` returns neither null, undefined nor false; fails with the last error or `what`. */
export async function eventually<T>(
  what: string,
  attempt: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  timeout = 30_000,
): Promise<T> {
  const end = Date.now() + timeout;
  let last: unknown;
  do {
    try {
      const value = await attempt();
      if (value !== null && value !== undefined && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((later) => setTimeout(later, 50));
  } while (Date.now() < end);
  throw new Error(`${what}: not within ${timeout / 1000} s`, { cause: last });
}
