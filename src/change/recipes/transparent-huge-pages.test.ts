import assert from 'node:assert/strict';
import test from 'node:test';
import { setThp, type ThpBoot } from '#change/recipes/transparent-huge-pages';

const place = { file: '/etc/default/grub', line: 3, column: 1 };
const word = (variable: string) => ({ name: 'transparent_hugepage', value: 'never', variable, place });
const boot = (value: string, owner: string, words: ThpBoot['words'] = []): ThpBoot => ({
  atBoot: { value, owner },
  words,
});
const print = (before: string, after: string, given: ThpBoot): readonly string[] => {
  const { fix, otherwise } = setThp(before, after, given);
  return [
    ...fix.map(({ kind, after: to }) => `${kind} ${String(to)}`),
    ...(otherwise === undefined ? [] : [otherwise]),
  ];
};

test('where the kernel’s own choice is the wanted one only the running mode changes', () =>
  assert.deepEqual(print('never', 'madvise', boot('madvise', "the kernel's configuration")), ['sysfs madvise']));

test('where nobody sets it our tmpfiles.d line does', () => {
  assert.deepEqual(print('never', 'madvise', boot('always', "the kernel's configuration")), [
    'sysfs madvise',
    'tmpfiles madvise',
  ]);
  assert.deepEqual(print('madvise', 'madvise', { atBoot: undefined, words: undefined }), ['tmpfiles madvise']);
  assert.deepEqual(print('always', 'always', boot('never', '/etc/tmpfiles.d/nearmetal.conf:4')), ['tmpfiles always']);
});

test('the command line that sets it is changed, not joined by a second owner', () => {
  const given = boot('never', '/etc/default/grub:3', [word('GRUB_CMDLINE_LINUX_DEFAULT')]);
  assert.deepEqual(print('never', 'madvise', given), [
    'sysfs madvise',
    'kernel-command-line transparent_hugepage=madvise',
  ]);
});

test('other owners are named: tuned, a script', () => {
  for (const owner of ['tuned, /etc/tuned/own/tuned.conf:3', '/etc/rc.local:2', '/etc/tmpfiles.d/thp.conf:1'])
    assert.match(
      print('never', 'madvise', boot('never', owner)).at(-1) ?? '',
      new RegExp(`where it is set now: ${owner}`),
    );
  const entry = boot('never', '/etc/default/grub:3', [word('TUNED_BOOT_CMDLINE')]);
  assert.match(print('never', 'madvise', entry).at(-1) ?? '', /where it is set now/);
});
