import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { isMaking, isName, isPath, type Making } from '#change/image/making';
import { imageOptions, makingCalls } from '#change/image/making-calls';

const draft = '/images/.disk.qcow2.nearmetal';
const path = '/images/disk.qcow2';

/** One of each kind. */
const makings: readonly Making[] = [
  { by: 'convert', from: '/images/a.raw', fromFormat: 'raw', format: 'qcow2', options: { cluster_size: '64k' } },
  {
    by: 'convert',
    from: '/dev/vg/a',
    fromFormat: 'luks',
    fromSecret: '/root/old',
    format: 'qcow2',
    options: {},
    secret: '/root/new,1',
  },
  { by: 'convert', from: '/images/a', fromFormat: 'vmdk', format: 'qcow2', options: {}, isCompressed: true },
  { by: 'overlay', backing: 'base.raw', backingFormat: 'raw', size: 1024, options: { extended_l2: 'on' } },
  { by: 'rebase', format: 'qcow2', backing: 'other.raw', backingFormat: 'raw' },
  { by: 'rebase', format: 'qcow2' },
  { by: 'relink', format: 'qcow2', backing: 'moved.raw', backingFormat: 'raw', isProven: true },
  { by: 'relink', format: 'qcow2', backing: 'moved.raw', backingFormat: 'raw', isProven: false },
  { by: 'commit', format: 'raw', overlay: '/images/top.qcow2', overlayFormat: 'qcow2' },
  { by: 'resize', format: 'raw', size: 1024, preallocation: 'full' },
  { by: 'resize', format: 'qcow2', size: 1024, isSmaller: true },
  { by: 'repair', format: 'qcow2', what: 'all' },
];

test('each making is one, also after it went through JSON, and none with a field more', () => {
  for (const making of makings) {
    assert.ok(isMaking(JSON.parse(JSON.stringify(making))), making.by);
    assert.ok(!isMaking({ ...making, argv: ['rm'] }), `${making.by} with a field more`);
  }
});

test('what a plan from elsewhere may not smuggle in', () => {
  const [convert, , , overlay, rebase, , , , commit] = makings;
  for (const bad of [
    { ...convert, from: 'nbd:host:10809' },
    { ...convert, from: '/images/../etc/shadow' },
    { ...convert, fromFormat: 'nbd' },
    { ...convert, format: 'host_device' },
    { ...convert, options: { backing_file: '/etc/shadow' } },
    { ...convert, options: { data_file: '/etc/shadow' } },
    { ...convert, options: { cluster_size: '64k,backing_file=/etc/shadow' } },
    { ...convert, secret: 'data:sesame' },
    { ...overlay, backing: 'json:{"driver":"nbd"}' },
    { ...overlay, backing: 'nbd://host' },
    { ...overlay, backing: 'fat:rw:/etc' },
    { ...overlay, backing: '' },
    { ...overlay, backing: 'x'.repeat(1024) },
    { ...overlay, size: 2 ** 53 },
    { ...overlay, size: -1 },
    { ...rebase, backing: 'ssh://host/disk' },
    { ...commit, overlay: 'top.qcow2' },
    { by: 'resize', format: 'raw', size: 0.5 },
    { by: 'resize', format: 'raw', size: 1, preallocation: 'full -o x' },
    { by: 'repair', format: 'qcow2', what: 'everything' },
    { by: 'rm' },
    [],
    null,
    'convert',
  ])
    assert.ok(!isMaking(bad), JSON.stringify(bad));
});

test('anything at all is a making or is not, without an exception', () => {
  fc.assert(fc.property(fc.jsonValue(), value => typeof isMaking(value) === 'boolean'));
  fc.assert(
    fc.property(fc.constantFrom(...makings), fc.dictionary(fc.string(), fc.jsonValue()), (making, more) => {
      const mixed = { ...making, ...more };
      return typeof isMaking(mixed) === 'boolean';
    }),
  );
});

test('a name with a colon is one behind a slash alone; a path leads where it says', () => {
  assert.ok(isName('./a:b.raw') && isName('/a:b') && isName('sub/a:b'));
  assert.ok(!isName('a:b.raw') && !isName('json:{}') && !isName('a\0b'));
  assert.ok(isPath('/a/b') && !isPath('/a/./b') && !isPath('a') && !isPath('/a/') && !isPath('/a\0'));
});

test('programs write to the draft alone, and hear neither a protocol nor a passphrase', () => {
  for (const making of makings) {
    const calls = makingCalls(making, path, draft);
    assert.ok(calls.length >= 2, `${making.by} is proven`);
    for (const { argv } of calls) {
      assert.ok(argv[0] === 'qemu-img' || argv[0] === 'cp', argv.join(' '));
      const writes = new Set(['convert', 'create', 'rebase', 'resize', 'commit']).has(argv[1] ?? '');
      if (writes || argv.includes('-r'))
        assert.ok(
          argv.some(word => word.includes(draft)),
          argv.join(' '),
        );
      if (writes && making.by !== 'convert') assert.ok(!argv.includes(path), argv.join(' '));
      if (argv[0] === 'cp') assert.deepEqual(argv.slice(-3), ['--', path, draft]);
    }
  }
});

test('a proof compares what the guest sees: the old with the new', () => {
  const last = (making: Making | undefined): string =>
    making === undefined ? '' : (makingCalls(making, path, draft).at(-1)?.argv.join(' ') ?? '');
  const [convert, , , , rebase, , relink, unproven, commit, grow, shrink, repair] = makings;
  for (const making of [convert, rebase, relink, commit, grow, shrink])
    assert.match(last(making), /^qemu-img compare /, making?.by);
  assert.match(last(unproven), /^qemu-img check /);
  assert.match(last(repair), /^qemu-img check /);
  assert.match(last(shrink), /driver=raw,offset=0,size=1024,file\.driver=qcow2,/);
});

test('what is repaired may leave something for the examination after it; QED keeps its leaks', () => {
  const fine = (format: string) =>
    makingCalls({ by: 'repair', format, what: 'all' }, path, draft).map(({ isFine = [0] }) => isFine);
  assert.deepEqual(fine('qcow2'), [[0], [0, 2, 3], [0]]);
  assert.deepEqual(fine('qed'), [[0], [0, 2, 3], [0, 3]]);
});

test('a path with commas is one value, and a device is opened as one', () => {
  assert.deepEqual(imageOptions('raw', '/a,readonly=on'), [
    'driver=raw',
    'file.driver=file',
    'file.filename=/a,,readonly=on',
  ]);
  assert.equal(imageOptions('raw', '/dev/vg/a')[1], 'file.driver=host_device');
  assert.equal(imageOptions('raw', '/dev/shm/a')[1], 'file.driver=file');
  assert.equal(imageOptions('qcow2', '/a', 'from').at(-1), 'encrypt.key-secret=from');
  assert.equal(imageOptions('luks', '/a', 'from').at(-1), 'key-secret=from');
});
