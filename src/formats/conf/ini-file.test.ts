import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseIni } from '#formats/conf/ini-file';

test('a profile of tuned: sections, comments, continued values, the last of two', () => {
  assert.deepEqual(
    parseIni(`#
# tuned configuration
#
daemon = 1
[main]
summary=Optimize # for guests
include=throughput-performance, -local
[sysctl]
vm.swappiness=10
  # not part of it
vm.swappiness = 30
kernel.x=>5
[script]
script=\${i:PROFILE_DIR}/script.sh
  second line
[sysctl]
Kernel.Y=a#b
no value here
`),
    [
      { section: '', key: 'daemon', value: '1', line: 4 },
      { section: 'main', key: 'summary', value: 'Optimize', line: 6 },
      { section: 'main', key: 'include', value: 'throughput-performance, -local', line: 7 },
      { section: 'sysctl', key: 'vm.swappiness', value: '30', line: 11 },
      { section: 'sysctl', key: 'kernel.x', value: '>5', line: 12 },
      { section: 'script', key: 'script', value: `\${i:PROFILE_DIR}/script.sh\nsecond line`, line: 14 },
      { section: 'sysctl', key: 'Kernel.Y', value: 'a#b', line: 17 },
    ],
  );
});

test('keys that are indented alike stay keys', () => {
  assert.deepEqual(
    parseIni('[a]\n  x=1\n  y=2\n').map(option => option.key),
    ['x', 'y'],
  );
});

test('any text is read', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200, unit: fc.constantFrom(...'[]=#; \n\tab') }), text => void parseIni(text)),
  );
  parseIni('['.repeat(3_000_000));
});
