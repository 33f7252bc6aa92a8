/** The embedded PostgreSQL can't be used. The message is one line and says what to do. */
export class EmbeddedError extends Error {
  constructor(message: string) {
    super(message.replace(/\s*\n\s*/g, ' '));
    this.name = 'EmbeddedError';
  }
}

/** The code of an error of the operating system, such as ENOENT. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
