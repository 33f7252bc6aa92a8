const prefix = 'hwanbul.console.';
const keptFor = `${prefix}member`;

/**
 * What a tab keeps is one member's, and gone when that member's session is: it may hold the account of a refund that has no answer yet,
 * and nobody else is to send that. `null`: nobody is signed in.
 */
export function keepInTabOnlyFor(memberId: string | null): void {
  if (sessionStorage.getItem(keptFor) === memberId) return;
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(prefix)) sessionStorage.removeItem(name);
  if (memberId !== null) sessionStorage.setItem(keptFor, memberId);
}
