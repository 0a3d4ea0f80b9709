import assert from 'node:assert/strict';
import test from 'node:test';
import type { Guest } from '#model/guest';
import { known } from '#model/known';
import { guestIntents, hostIntentsOf, noWishes, type Wishes } from '#wishes/wishes';
import { sketchGuest } from '../../test/sketches.js';

const wish = (parts: Partial<Wishes>): Wishes => ({ ...noWishes, ...parts });
const told = (wishes: Wishes, guest: Guest): readonly string[] => {
  const { intents, from, by } = guestIntents(wishes, guest);
  return [intents.join(' '), from, by];
};
const declared = sketchGuest('db01', { declaredIntents: known(['database', 'cpu-hotplug']) });

test('what is said of a guest wins over its metadata, that over the default, and nothing said is general', () => {
  const said = wish({ guestIntents: new Map([['db01', ['hpc']]]), defaultIntents: ['density'] });
  assert.deepEqual(told(said, declared), ['hpc', 'wish', '--intent']);
  assert.deepEqual(told(wish({ defaultIntents: ['density'] }), declared), ['database', 'metadata', 'its own metadata']);
  assert.deepEqual(told(wish({ defaultIntents: ['density'] }), sketchGuest('web')), ['density', 'default', '--intent']);
  assert.deepEqual(told(noWishes, sketchGuest('web')), ['general', 'nobody', 'nobody']);
});

test('a guest is named by name, by UUID or by a pattern; the name wins', () => {
  const uuid = '5d0f3c3e-0000-4000-8000-000000000001';
  const said = wish({
    guestIntents: new Map([
      ['web*', ['density']],
      ['w*', ['desktop']],
      ['web7', ['latency']],
      [uuid.toUpperCase(), ['hpc']],
    ]),
    saidBy: new Map([['web*', '/etc/nearmetal/nearmetal.yaml:3']]),
  });
  assert.deepEqual(told(said, sketchGuest('web1')), ['density', 'wish', '/etc/nearmetal/nearmetal.yaml:3']);
  assert.deepEqual(told(said, sketchGuest('web7')), ['latency', 'wish', '--intent']);
  assert.deepEqual(told(said, sketchGuest('x', { uuid: known(uuid) })), ['hpc', 'wish', '--intent']);
  assert.deepEqual(told(said, sketchGuest('x')), ['general', 'nobody', 'nobody']);
});

test('a host is for what is said of it, else for what its guests are for', () => {
  const guests = [declared, sketchGuest('web')];
  assert.deepEqual(hostIntentsOf(noWishes, guests), ['general', 'database']);
  assert.deepEqual(hostIntentsOf(wish({ hostIntents: ['density'] }), guests), ['density']);
  assert.deepEqual(hostIntentsOf(wish({ defaultIntents: ['hpc'] }), []), ['hpc']);
  assert.deepEqual(hostIntentsOf(noWishes, []), ['general']);
});
