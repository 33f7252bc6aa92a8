import { Refusal } from '../../platform/errors/refusal.ts';

/** As OWASP's cheat sheet on the storage of passwords has it for argon2id: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;
/** A hash of nobody's password, of this cost: an address that nobody has costs as long as a wrong password. */
const nobodysHash = '$argon2id$v=19$m=19456,t=2,p=1$lemk937/B8lcToNVHlEsKw$IjKGkmg4Y6zJoA9OBdrOcnmtwjv1Xi1riyCPFN8cXXI';
/** Each takes a thread of Node's pool and 19 MiB; the server's other work goes on. */
const atOnceMax = 2;
const waitingMax = 40;

export const passwordLengthMin = 12;
export const passwordLengthMax = 200;

export interface Passwords {
  hash(password: string): Promise<string>;
  /** `null`: nobody's, which no password opens, in the same time. */
  verify(hash: string | null, password: string): Promise<boolean>;
}

/** @throws Refusal of one that is easily guessed. */
export function requireGoodPassword(password: string, email: string): void {
  const letters = [...normalized(password)];
  if (letters.length < passwordLengthMin || letters.length > passwordLengthMax) {
    throw new Refusal('password_weak', { problem: `${passwordLengthMin}자 이상 ${passwordLengthMax}자 이하` });
  }
  if (new Set(letters).size < 6) throw new Refusal('password_weak', { problem: '서로 다른 글자 6자 이상' });
  const [local = ''] = email.toLowerCase().split('@');
  if (local.length > 3 && normalized(password).toLowerCase().includes(local)) {
    throw new Refusal('password_weak', { problem: '이메일 주소를 포함하지 않는 문구' });
  }
}

/** The package has a binary of its own, and is loaded by whoever signs in first. */
export function createPasswords(): Passwords {
  let running = 0;
  const waiting: (() => void)[] = [];

  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (running < atOnceMax) running += 1;
    else if (waiting.length >= waitingMax) throw new Refusal('too_many_sign_ins');
    // The one that ends hands its place over.
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }

  return {
    hash: (password) =>
      inTurn(async () => {
        const argon2 = await import('@node-rs/argon2');
        return argon2.hash(normalized(password), cost);
      }),
    verify: (hash, password) =>
      inTurn(async () => {
        const argon2 = await import('@node-rs/argon2');
        const isRight = await argon2.verify(hash ?? nobodysHash, normalized(password));
        return isRight && hash !== null;
      }),
  };
}

/** The same letters, whichever keyboard has composed them: Hangul comes in two forms. */
function normalized(password: string): string {
  return password.normalize('NFKC');
}
