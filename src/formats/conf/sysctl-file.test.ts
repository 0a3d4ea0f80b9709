import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { normalizeSysctl, parseSysctlFile } from '#formats/conf/sysctl-file';
import { linesOfSysctl } from '#formats/conf/sysctl-order';

test('assignments, comments, marks and lines that say nothing', () => {
  assert.deepEqual(
    parseSysctlFile(`# comment
; comment
vm.swappiness = 35
 -kernel.x=1
-net.ipv4.conf.eth0.rp_filter
net/ipv4/conf/eth0.1/rp_filter=2
not an assignment
vm.empty =
= 3
kernel.core_pattern=|/bin/x # kept
`),
    [
      { line: 3, key: 'vm/swappiness', value: '35' },
      { line: 4, key: 'kernel/x', value: '1' },
      { line: 5, key: 'net/ipv4/conf/eth0/rp_filter', value: undefined },
      { line: 6, key: 'net/ipv4/conf/eth0.1/rp_filter', value: '2' },
      { line: 8, key: 'vm/empty', value: '' },
      { line: 10, key: 'kernel/core_pattern', value: '|/bin/x # kept' },
    ],
  );
});

test('dots and slashes change places as in sysctl.d(5)', () => {
  assert.equal(normalizeSysctl('net.ipv4.conf.enp3s0/200.forwarding'), 'net/ipv4/conf/enp3s0.200/forwarding');
  assert.equal(normalizeSysctl('net/ipv4/conf/enp3s0.200/forwarding'), 'net/ipv4/conf/enp3s0.200/forwarding');
  assert.equal(normalizeSysctl('.vm.swappiness'), 'vm/swappiness');
});

const files = (...texts: readonly string[]) =>
  texts.map((text, at) => ({ file: `f${at}`, lines: parseSysctlFile(text) }));

test('of lines that name the key the last one counts, wildcards only where none does', () => {
  assert.deepEqual(
    linesOfSysctl(files('vm.swappiness=1', 'vm.*=2', 'vm/swappiness=3'), 'vm/swappiness').map(line => line.value),
    ['1', '3'],
  );
  assert.deepEqual(
    linesOfSysctl(files('vm.*=2', 'vm.swapp*=4'), 'vm/swappiness').map(line => line.value),
    ['2', '4'],
  );
  assert.deepEqual(linesOfSysctl(files('vm.*=2\n-vm.swappiness'), 'vm/swappiness'), []);
  assert.deepEqual(linesOfSysctl(files('vm.swappiness=1', '-vm.swappiness'), 'vm/swappiness'), []);
});

test('any text is read', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), text => {
      for (const { key } of parseSysctlFile(text)) linesOfSysctl(files(text), key);
    }),
  );
  assert.equal(parseSysctlFile('='.repeat(5_000_000)).length, 0);
});
