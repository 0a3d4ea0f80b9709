import assert from 'node:assert/strict';
import test from 'node:test';
import { setBootWords, setXenWords } from '#change/recipes/command-line-words';
import type { KernelParameter } from '#model/kernel';

const linux = 'GRUB_CMDLINE_LINUX_DEFAULT';
const word = (name: string, value: string | undefined, variable: string): KernelParameter => ({
  name,
  value,
  variable,
});
const print = (words: readonly KernelParameter[], wanted: readonly string[]): readonly string[] => {
  const { fix, otherwise } = setBootWords(words, new Set(['x']), wanted);
  const changes = fix.map(({ on, before, after }) => `${on}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`);
  return [...changes, ...(otherwise === undefined ? [] : [otherwise])];
};

test('all words of the name are one change for each place, and the new ones stand where the last one stood', () => {
  const words = [
    word('x', '1', 'GRUB_CMDLINE_LINUX'),
    word('quiet', undefined, linux),
    word('x', '2', linux),
    word('x', undefined, linux),
  ];
  assert.deepEqual(print(words, ['x=3']), ['GRUB_CMDLINE_LINUX: ["x=1"] → []', `${linux}: ["x=2","x"] → ["x=3"]`]);
  assert.deepEqual(print(words, []), ['GRUB_CMDLINE_LINUX: ["x=1"] → []', `${linux}: ["x=2","x"] → []`]);
});

test('a new word goes where the other words stand', () => {
  assert.deepEqual(print([], ['x=3']), [`${linux}: [] → ["x=3"]`]);
  assert.deepEqual(print([word('quiet', undefined, 'GRUB_CMDLINE_LINUX')], ['x=3']), [
    'GRUB_CMDLINE_LINUX: [] → ["x=3"]',
  ]);
  assert.deepEqual(print([word('quiet', undefined, '/boot/loader/entries/a.conf')], ['x=3']), [
    'kernel command line: [] → ["x=3"]',
  ]);
  assert.deepEqual(print([], []), []);
});

test('what tuned adds is left to a person', () => {
  const [told] = print([word('x', '1', 'TUNED_BOOT_CMDLINE')], []);
  assert.match(told ?? '', /^Take x=1 out of \[bootloader\] cmdline in tuned’s profile/);
});

test('options of Xen go into a variable of their own', () =>
  assert.deepEqual(
    setXenWords(undefined, new Set(['dom0_mem']), ['dom0_mem=4G']).fix.map(({ on }) => on),
    ['GRUB_CMDLINE_XEN_DEFAULT'],
  ));
