import type { NoticeKeys, RawNotice } from '../../../src/port/notices.ts';
import type { Rig } from './rig.ts';

/** A notice as it comes in. */
export function rawNotice(body: string | Uint8Array, parts: Partial<RawNotice> = {}): RawNotice {
  return { path: '', headers: {}, query: new URLSearchParams(), body: Buffer.from(body), ...parts };
}

/** What a notice to the rig's merchant is opened with. */
export function noticeKeysOf(rig: Rig): NoticeKeys {
  const { mid, credentials } = rig.call().channel;
  return { mid, credentials, noticeSecret: null };
}
