import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { packTar } from 'modern-tar';
import * as v from 'valibot';
import { BundleError, type BundleProblem } from '#formats/bundle/own/bundle-error';
import { manifestForm } from '#formats/bundle/own/bundle-manifest';
import type { OwnBundle } from '#formats/bundle/own/own-bundle';
import { packArchive } from '#formats/bundle/own/pack-archive';
import { parseOwnBundle } from '#formats/bundle/own/parse-own-bundle';
import { placeOfCommand, placeOfFile } from '#formats/bundle/own/place-in-bundle';
import { printOwnBundle } from '#formats/bundle/own/print-own-bundle';
import { unpackArchive } from '#formats/bundle/own/unpack-archive';

const small: OwnBundle = {
  version: '0.1.0',
  time: '2026-11-22T12:00:00.000Z',
  source: 'this machine',
  host: 'abcdef',
  readings: [{ fact: 'host.memory.ksm', state: 'unknown', reason: 'denied' }],
  sample: {
    reads: new Map([
      ['/proc/meminfo', { outcome: 'ok', value: 'MemTotal: 1 kB\n' }],
      ['/proc/a/../b', { outcome: 'ok', value: 'odd' }],
      ['/etc/x', { outcome: 'denied', reason: 'EACCES' }],
    ]),
    lists: new Map([['/proc', { outcome: 'ok', value: ['1', 'meminfo'] }]]),
    links: new Map([['/sys/a', { outcome: 'ok', value: '../b' }]]),
    rooms: new Map([['/', { outcome: 'ok', value: { size: 2 ** 40, free: 5 } }]]),
    commands: [{ argv: ['rpm', '-q', 'a b'], output: { outcome: 'ok', value: '1.0\n' } }],
    libvirt: { reason: 'no libvirt', remedy: 'start it' },
  },
};

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

test('a bundle is a plain tree: files at their paths, commands, and a manifest of every look', () => {
  const files = printOwnBundle(small);
  const places = [...files.keys()];
  assert.equal(places[0], 'nearmetal.json');
  assert.equal(text(files.get('files/proc/meminfo')), 'MemTotal: 1 kB\n');
  assert.match(places.find(place => place.startsWith('commands/')) ?? '', /^commands\/rpm_-q_a_b\.[0-9a-f]{12}$/);
  assert.match(places.find(place => place.startsWith('odd/')) ?? '', /^odd\/[0-9a-f]{12}$/);
  const manifest = v.parse(manifestForm, JSON.parse(text(files.get('nearmetal.json'))));
  assert.equal(manifest.schema, 'nearmetal.bundle/1');
  assert.deepEqual(manifest.looks[0], { look: 'read', path: '/proc/meminfo', outcome: 'ok' });
  assert.deepEqual(manifest.looks[2], { look: 'read', path: '/etc/x', outcome: 'denied', reason: 'EACCES' });
});

test('what is printed is parsed to the same', () => {
  const { bundle, notes } = parseOwnBundle(printOwnBundle(small));
  assert.deepEqual(bundle, { ...small, later: undefined });
  assert.deepEqual(notes, []);
});

test('no path of a machine leads out of the bundle', () => {
  fc.assert(
    fc.property(fc.string(), path => {
      for (const place of [placeOfFile(path), placeOfFile(`/${path}`), placeOfCommand(path.split(' '))]) {
        assert.match(place, /^(?:files|odd|commands)\//);
        assert.equal(
          place.split('/').some(part => part === '..' || part === '.' || part === ''),
          false,
          place,
        );
      }
    }),
  );
});

test('files that nobody named are noted and ignored; named ones that are missing are noted and were not captured', () => {
  const files = new Map(printOwnBundle(small));
  files.delete('files/proc/meminfo');
  for (let at = 0; at < 30; at++) files.set(`notes-${at}.txt`, new Uint8Array(1));
  const { bundle, notes } = parseOwnBundle(files);
  assert.deepEqual(bundle.sample.reads.get('/proc/meminfo'), {
    outcome: 'not-captured',
    reason: 'the bundle lacks it',
  });
  assert.equal(notes[0], 'files/proc/meminfo: named in nearmetal.json, but not there');
  assert.equal(notes.at(-1), '10 more files ignored');
});

const problemOf = async (work: () => unknown): Promise<BundleProblem | undefined> => {
  try {
    await work();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof BundleError, String(error));
    assert.notEqual(error.doThis, '');
    return error.code;
  }
};

test('a manifest that is missing, newer or nonsense is refused by name', async () => {
  const withManifest = (json: string): Map<string, Uint8Array> =>
    new Map([['nearmetal.json', new TextEncoder().encode(json)]]);
  assert.equal(await problemOf(() => parseOwnBundle(new Map())), 'no-manifest');
  assert.equal(await problemOf(() => parseOwnBundle(withManifest('{"schema":"nearmetal.bundle/2"}'))), 'newer');
  for (const json of ['', '[]', '{}', '{"schema":"other"}', '{"schema":"nearmetal.bundle/1"}', '['.repeat(1e5)]) {
    assert.equal(await problemOf(() => parseOwnBundle(withManifest(json))), 'bad-manifest', json.slice(0, 30));
  }
  const manifest = v.parse(manifestForm, JSON.parse(text(printOwnBundle(small).get('nearmetal.json'))));
  for (const change of [
    { looks: [{ look: 'read', path: 5, outcome: 'ok' }] },
    { time: 'soon' },
    { libvirt: {} },
    { commands: {} },
  ]) {
    assert.equal(
      await problemOf(() => parseOwnBundle(withManifest(JSON.stringify({ ...manifest, ...change })))),
      'bad-manifest',
    );
  }
});

test('any manifest that is a mutation of a sound one is read or refused, without a crash', () => {
  const sound = text(printOwnBundle(small).get('nearmetal.json'));
  fc.assert(
    fc.property(fc.nat(), fc.nat({ max: 40 }), fc.string({ maxLength: 10 }), (at, length, put) => {
      const start = at % sound.length;
      const json = sound.slice(0, start) + put + sound.slice(start + length);
      try {
        parseOwnBundle(new Map([['nearmetal.json', new TextEncoder().encode(json)]]));
      } catch (error) {
        assert.ok(error instanceof BundleError);
      }
    }),
  );
});

type Entry = Parameters<typeof packTar>[0][number];
const file = (name: string, body = 'x'): Entry => ({ header: { name, size: body.length, type: 'file' }, body });
const archiveOf = async (...entries: readonly Entry[]): Promise<Uint8Array> => gzipSync(await packTar(entries));

test('an archive is packed the same way twice, under one folder, and unpacked to what went in', async () => {
  const files = printOwnBundle(small);
  const time = new Date('2026-11-22T12:00:00Z');
  const archive = await packArchive(files, 'nearmetal-node7-2026-11-22', time);
  assert.deepEqual(archive, await packArchive(files, 'nearmetal-node7-2026-11-22', time));
  assert.deepEqual(
    await unpackArchive(archive),
    new Map([...files].map(([path, bytes]) => [path, new Uint8Array(bytes)])),
  );
});

test('archives made by hand, with ./ or without a folder, are read', async () => {
  const folder: Entry = { header: { name: './', size: 0, type: 'directory' } };
  assert.deepEqual(
    [...(await unpackArchive(await archiveOf(folder, file('./nearmetal.json'), file('./files/a')))).keys()],
    ['nearmetal.json', 'files/a'],
  );
  assert.deepEqual(
    [...(await unpackArchive(await archiveOf(file('b/nearmetal.json'), file('b/files/a'), file('c')))).keys()],
    ['nearmetal.json', 'files/a', 'c'],
  );
});

test('hostile archives are refused by name', async () => {
  const link: Entry = { header: { name: 'files/etc/shadow', size: 0, type: 'symlink', linkname: '/etc/shadow' } };
  const hardLink: Entry = { header: { name: 'a', size: 0, type: 'link', linkname: 'b' } };
  const device: Entry = { header: { name: 'a', size: 0, type: 'character-device' } };
  const cases: readonly (readonly [BundleProblem, Uint8Array])[] = [
    ['unsafe-path', await archiveOf(file('../../etc/passwd'))],
    ['unsafe-path', await archiveOf(file('files/../../x'))],
    ['unsafe-path', await archiveOf(file('/etc/passwd'))],
    ['unsafe-path', await archiveOf(file('a//b'))],
    ['link', await archiveOf(link)],
    ['link', await archiveOf(hardLink)],
    ['link', await archiveOf(device)],
    ['duplicate', await archiveOf(file('a', '1'), file('a', '2'))],
    ['duplicate', await archiveOf(file('a', '1'), file('./a', '2'))],
    ['not-gzip', new TextEncoder().encode('no archive')],
    ['not-gzip', new Uint8Array()],
    ['not-gzip', (await archiveOf(file('a'))).subarray(0, 40)],
    ['not-tar', gzipSync(Buffer.alloc(5000, 'A'))],
    ['not-tar', gzipSync((await packTar([file('a', 'x'.repeat(2000))])).subarray(0, 1500))],
  ];
  for (const [problem, archive] of cases) assert.equal(await problemOf(() => unpackArchive(archive)), problem);
});

test('more bytes, entries and letters than a bundle may have are refused before they are looked at', async () => {
  const limits = { bytes: 1_000_000, entries: 100, path: 50 };
  const bomb = gzipSync(Buffer.alloc(100_000_000), { level: 1 });
  assert.equal(await problemOf(() => unpackArchive(bomb, limits)), 'too-large');
  const many = await archiveOf(...Array.from({ length: 101 }, (_, at) => file(`f${at}`)));
  assert.equal(await problemOf(() => unpackArchive(many, limits)), 'too-many');
  assert.equal(await problemOf(() => unpackArchive(many, { ...limits, entries: 101 })), undefined);
  const long = await archiveOf(file(`${'d/'.repeat(30)}f`));
  assert.equal(await problemOf(() => unpackArchive(long, limits)), 'unsafe-path');
});

test('an archive with a byte changed is read or refused, without a crash', async () => {
  const sound = await archiveOf(file('nearmetal.json', '{}'), file('files/proc/meminfo', 'x'.repeat(600)));
  const tar = await packTar([file('nearmetal.json', '{}'), file('files/proc/meminfo', 'x'.repeat(600))]);
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat({ max: 255 }), async (at, byte) => {
      for (const [bytes, pack] of [
        [sound, (changed: Uint8Array) => changed],
        [tar, (changed: Uint8Array) => gzipSync(changed)],
      ] as const) {
        const changed = Buffer.from(bytes);
        changed[at % changed.length] = byte;
        await problemOf(() => unpackArchive(pack(changed)));
      }
    }),
    { numRuns: 300 },
  );
});
