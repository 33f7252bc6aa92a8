import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalAddress } from '../../src/platform/network-address.ts';

test('an address has one spelling, whatever socket it came over', () => {
  for (const [written, expected] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::1', '::1'],
    ['no address', 'no address'],
  ] as const) {
    assert.equal(canonicalAddress(written), expected, written);
  }
});
