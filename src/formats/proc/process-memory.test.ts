import assert from 'node:assert/strict';
import test from 'node:test';
import { ksmCounter } from '#formats/proc/ksm-stat';
import { amountInSmaps } from '#formats/proc/smaps-rollup';
import { mib } from '#units/bytes';

test('amounts of smaps_rollup are KiB', () => {
  const text = [
    '55f0a3b1e000-7ffd2c5e7000 ---p 00000000 00:00 0                          [rollup]',
    'Rss:             1068904 kB',
    'AnonHugePages:      4096 kB',
    'ShmemPmdMapped:        0 kB',
    '',
  ].join('\n');
  assert.equal(amountInSmaps(text, 'AnonHugePages'), mib(4));
  assert.equal(amountInSmaps(text, 'Anon'), undefined);
  assert.equal(amountInSmaps('AnonHugePages: many kB', 'AnonHugePages'), undefined);
});

test('counters of ksm_stat, of which older kernels have fewer', () => {
  const text = 'ksm_rmap_items 76800\nksm_zero_pages 0\nksm_merging_pages 57344\nksm_process_profit -229376\n';
  assert.equal(ksmCounter(text, 'ksm_rmap_items'), 76_800);
  assert.equal(ksmCounter(text, 'ksm_process_profit'), -229_376);
  assert.equal(ksmCounter('ksm_rmap_items 0\n', 'ksm_merging_pages'), undefined);
});
