import assert from 'node:assert/strict';
import test from 'node:test';
import { readWishes } from '#cli/read-wishes';
import { RequestError } from '#cli/request-error';

test('intents are said for all guests or for one', () => {
  const wishes = readWishes(['density', 'db01=database,latency', 'db01=hpc'], 'current');
  assert.deepEqual(wishes.defaultIntents, ['density']);
  assert.deepEqual(wishes.guestIntents.get('db01'), ['database', 'latency', 'hpc']);
});

test('host stands for the host', () => {
  const wishes = readWishes(['host=latency,hpc', 'web*=density'], 'current');
  assert.deepEqual(wishes.hostIntents, ['latency', 'hpc']);
  assert.deepEqual([...wishes.guestIntents.keys()], ['web*']);
});

test('a word that is no intent is refused with the nearest', () => {
  assert.throws(
    () => readWishes(['db=databse'], 'current'),
    (error: unknown) =>
      error instanceof RequestError &&
      error.exitCode === 64 &&
      (error.doThis ?? '').startsWith('did you mean database'),
  );
});
