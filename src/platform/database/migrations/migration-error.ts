/** The database and this program do not fit. The message is one line and says what to do. */
export class MigrationError extends Error {
  constructor(message: string, cause?: Error) {
    super(message, cause && { cause });
    this.name = 'MigrationError';
  }
}

/** Nothing is wrong with it: somebody else stood in its way all the time. Trying again goes on where it stopped. */
export class MigrationGivenUp extends MigrationError {
  constructor(message: string) {
    super(message);
    this.name = 'MigrationGivenUp';
  }
}
