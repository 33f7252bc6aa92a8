import type { Log } from '../../platform/logging/log.ts';
import type { AppliedFile } from './apply.ts';

/** Writes down what a file of merchants has changed: a line in all, and one for each merchant. Names only; no secret is among them. */
export function tellApplied(
  log: Log,
  file: string,
  { generation, merchantIds, added, removed, changed }: AppliedFile,
): void {
  log.info(
    {
      file,
      generation,
      merchants: merchantIds.length,
      added: added.length,
      removed: removed.length,
      changed: changed.length,
    },
    'the file of merchants was read',
  );
  for (const { id, name, channels } of added) {
    log.info(
      { merchant: name, merchant_id: id, channels_added: channels },
      'a merchant is let in by the file of merchants',
    );
  }
  for (const { id, name, change } of changed) {
    log.info({ merchant: name, merchant_id: id, ...change }, 'a merchant was changed by the file of merchants');
  }
  for (const { id, name } of removed) {
    log.warn(
      { merchant: name, merchant_id: id },
      'a merchant is let in no more: the file of merchants has it no longer',
    );
  }
}
