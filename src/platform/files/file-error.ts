/** A file or folder that can't be used. The message is one line, names it and says what to do. */
export class FileError extends Error {
  constructor(message: string) {
    super(message.replace(/\s*\n\s*/g, ' '));
    this.name = 'FileError';
  }
}

interface Trouble {
  readonly what: string;
  readonly cure: string;
}

const troubles: Readonly<Record<string, Trouble>> = {
  EACCES: { what: 'this user may not', cure: 'give this user the right to (chown, chmod)' },
  EPERM: { what: 'the system does not let this user', cure: 'give this user the right to (chown, chmod)' },
  EROFS: { what: 'its file system can only be read', cure: 'mount it for writing' },
  ENOSPC: { what: 'the disk is full', cure: 'make room' },
  EDQUOT: { what: 'the quota of this user is used up', cure: 'make room' },
  ENOTDIR: { what: 'a part of its path is no folder', cure: 'correct the path' },
  EEXIST: { what: 'it is there, and is no folder', cure: 'move it away' },
  EISDIR: { what: 'it is a folder and no file', cure: 'put a file in its place' },
  ELOOP: { what: 'its symbolic links lead in a circle', cure: 'correct them' },
  ENAMETOOLONG: { what: 'its name is too long', cure: 'take a shorter one' },
  EMFILE: { what: 'too many files are open', cure: 'raise the limit (ulimit -n)' },
  ENFILE: { what: 'too many files are open', cure: 'raise the limit of the system' },
  EIO: { what: 'the disk does not answer', cure: 'look at the disk' },
};

/**
 * What the operating system said of a file, for people. `undefined`: the error is about no file.
 * @param setting what else would help: naming another place by it
 * @param opened the file, for errors that do not name it
 */
export function fileErrorOf(error: unknown, setting: string | undefined, opened?: string): FileError | undefined {
  if (!(error instanceof Error)) return undefined;
  // By its name: one that was thrown in another thread is an Error here.
  if (error.name === 'FileError') return new FileError(error.message);
  const { code, path = opened, syscall } = error as NodeJS.ErrnoException;
  if (path === undefined || code === undefined || 'spawnargs' in error) return undefined;
  const trouble = code === 'ENOENT' ? absence(syscall) : troubles[code];
  if (trouble === undefined) return undefined;
  const other = setting === undefined ? '' : `, or set ${setting}`;
  return new FileError(`${path} can't be used (${trouble.what}; ${code}): ${trouble.cure}${other}.`);
}

function absence(syscall: string | undefined): Trouble {
  return syscall === 'mkdir'
    ? { what: 'nothing can be made there', cure: 'take another place' }
    : { what: 'there is no such file', cure: 'put it there' };
}
