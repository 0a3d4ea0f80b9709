import assert from 'node:assert/strict';
import test from 'node:test';
import { argumentFields } from '#formats/qemu-argv/argument-fields';
import { parseArgv } from '#formats/qemu-argv/parse-argv';

const fieldsOf = (...words: readonly string[]) =>
  (parseArgv(['/usr/bin/qemu-system-x86_64', ...words])?.arguments ?? []).map(one => [one.option, argumentFields(one)]);

test('options take their values, and those without any take none', () => {
  assert.deepEqual(
    fieldsOf('-S', '-m', 'size=1024k', '-no-shutdown', '-append', '-x', '-unknown', '-nodefaults', 'disk.img'),
    [
      ['S', []],
      ['m', [['size', '1024k']]],
      ['no-shutdown', []],
      ['append', [['', '-x']]],
      ['unknown', []],
      ['nodefaults', []],
      [undefined, [['', 'disk.img']]],
    ],
  );
});

test('lists: the first name may be missing, two commas are one, flags are on or off', () => {
  assert.deepEqual(fieldsOf('-chardev', 'socket,id=c,path=/a,,b,server=on', '-cpu', 'host,-vmx,+aes,migratable=off'), [
    [
      'chardev',
      [
        ['backend', 'socket'],
        ['id', 'c'],
        ['path', '/a,b'],
        ['server', 'on'],
      ],
    ],
    [
      'cpu',
      [
        ['model', 'host'],
        ['vmx', 'off'],
        ['aes', 'on'],
        ['migratable', 'off'],
      ],
    ],
  ]);
});

test('JSON is flattened', () => {
  assert.deepEqual(fieldsOf('-blockdev', '{"driver":"file","cache":{"direct":true},"server":[{"port":"1"}]}')[0]?.[1], [
    ['driver', 'file'],
    ['cache.direct', 'true'],
    ['server.0.port', '1'],
  ]);
  assert.deepEqual(fieldsOf('-device', '{broken')[0]?.[1], [['driver', '{broken']]);
});

test('variables stand before the program', () => {
  const command = parseArgv(['LC_ALL=C', 'A=b=c', '/usr/bin/qemu', '-S']);
  assert.deepEqual(command?.environment, [
    { name: 'LC_ALL', value: 'C' },
    { name: 'A', value: 'b=c' },
  ]);
  assert.equal(parseArgv(['A=1']), undefined);
});
