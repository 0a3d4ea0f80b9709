import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { withGuestFacts } from '#cli/open-guest-facts';
import { RequestError } from '#cli/request-error';
import { collectMachine, type Place } from '#collect/machine';
import { valueIfKnown } from '#model/known';
import { answersOf, domainAnswer, sourcesOf } from '../../test/libvirt-answers.js';

const uuid = '5f2c8a1e-3b6d-4e0f-9a7c-1d2e3f4a5b02';
const domains = [domainAnswer('db01'), domainAnswer('web01', { uuid })];
const place: Place = {
  source: 'a host',
  extent: 'host',
  sources: sourcesOf({}, answersOf({ domains: { value: domains } })),
};
const thp = '/sys/kernel/mm/transparent_hugepage/enabled';
const text = (...more: readonly string[]): string =>
  ['nearmetal-guest-facts 1', `read ${thp}`, '|always [never]', ...more, ''].join('\n');

let folder = '';
const write = async (name: string, content: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nearmetal-facts-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function known(...words: readonly string[]): Promise<readonly string[]> {
  const machine = collectMachine(await withGuestFacts(place, words));
  return (valueIfKnown(machine.guests) ?? [])
    .filter(({ inside }) => inside.thp.state === 'known')
    .map(({ name }) => name);
}
const refused = (says: RegExp, exitCode: number) => (error: unknown) =>
  error instanceof RequestError && says.test(error.message) && error.exitCode === exitCode;

test('a facts file is of the guest that is named before it, by name or UUID', async () => {
  const path = await write('a.facts', text());
  assert.deepEqual(await known(`db01=${path}`), ['db01']);
  assert.deepEqual(await known(`${uuid.toUpperCase()}=${path}`), ['web01']);
});

test('one that stands alone names its guest by the UUID of its firmware, else by its host name', async () => {
  const byUuid = await write('b.facts', text('read /sys/class/dmi/id/product_uuid', `|${uuid.toUpperCase()}`));
  assert.deepEqual(await known(byUuid), ['web01']);
  const byName = await write('c=d.facts', text('read /etc/hostname', '|db01.example.com'));
  assert.deepEqual(await known(byName), ['db01']);
});

test('a tree of files from inside a guest will do', async () => {
  await mkdir(join(folder, 'tree/sys/kernel/mm/transparent_hugepage'), { recursive: true });
  await writeFile(join(folder, 'tree', thp), 'always madvise [never]\n');
  assert.deepEqual(await known(`web01=${join(folder, 'tree')}`), ['web01']);
});

test('what does not fit is refused, and says why', async () => {
  const path = await write('e.facts', text());
  await assert.rejects(known(`db1=${path}`), refused(/no guest called "db1"/, 66));
  await assert.rejects(known(path), refused(/does not tell which guest/, 64));
  await assert.rejects(known(`db01=${path}`, `db01=${await write('f.facts', text())}`), refused(/both of db01/, 64));
  await assert.rejects(known(`=${path}`), refused(/no GUEST=FILE/, 64));
  await assert.rejects(known(`db01=${await write('g.txt', 'hello')}`), refused(/no facts file: line 1/, 66));
  await assert.rejects(known(`db01=${join(folder, 'nope')}`), refused(/cannot be read/, 66));
});
