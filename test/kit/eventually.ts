/** Waits until `check` no longer throws; after the limit it throws what `check` last threw. */
export async function eventually<T>(check: () => Promise<T>, limitMs = 20_000): Promise<T> {
  const end = performance.now() + limitMs;
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, 250)) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() >= end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
