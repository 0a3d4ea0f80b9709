import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseTmpfiles, writesInOrder } from '#formats/conf/tmpfiles';

test('fields may be quoted, the argument is the rest of the line as it stands', () => {
  const lines = parseTmpfiles(`# comment
w /sys/kernel/mm/ksm/run - - - - 1
w+! "/sys/a b" 0644 root 'root' 10d say \\"x\\"  and more
w /sys/q - - - - "quoted value"\\x41
d /run/x 0755
f /run/y - - - - -
w relative - - - - 1
word /sys/x - - - - 1
w "/sys/open - - - - 1
w //sys//kernel/ - - - - \\x31\\n
`);
  assert.deepEqual(
    lines.map(({ line, type, modifiers, path, argument }) => [line, type, modifiers, path, argument]),
    [
      [2, 'w', '', '/sys/kernel/mm/ksm/run', '1'],
      [3, 'w', '+!', '/sys/a b', 'say "x"  and more'],
      [4, 'w', '', '/sys/q', '"quoted value"A'],
      [5, 'd', '', '/run/x', undefined],
      [6, 'f', '', '/run/y', undefined],
      [10, 'w', '', '/sys/kernel', '1\n'],
    ],
  );
});

test('two writes run together on one line are one write of all the rest', () => {
  const [line] = parseTmpfiles(
    'w /sys/block/sda/queue/scheduler - - - - mq-deadline w /sys/block/sdb/queue/scheduler - - - - none',
  );
  assert.equal(line?.argument, 'mq-deadline w /sys/block/sdb/queue/scheduler - - - - none');
});

test('of writes to one path the first counts, a pattern is another path (as systemd-tmpfiles 252 does)', () => {
  const lines = parseTmpfiles(
    'w /sys/k/a - - - - first\nw /sys/k/a - - - - second\nw /sys/k/* - - - - glob\nw+ /sys/k/a - - - - third\nf /sys/k/b - - - - x',
  );
  assert.deepEqual(
    writesInOrder(lines).map(line => line.argument),
    ['first', 'glob'],
  );
});

test('any text is read, soon', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 300, unit: fc.constantFrom(...'w /"\'\\-+x1\n\t') }),
      text => void parseTmpfiles(text),
    ),
  );
  const before = performance.now();
  parseTmpfiles(`w ${'/'.repeat(1_000_000)} - - - - ${'\\x41'.repeat(200_000)}`);
  assert.ok(performance.now() - before < 30_000);
});
