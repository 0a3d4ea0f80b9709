import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import { awaitStrays } from '#apply/await-strays';
import { LedgerError } from '#apply/ledger-error';
import { stepMark, strayPrograms } from '#apply/stray-programs';
import { simulatedTarget } from '../../test/apply/simulated-target.js';
import { SimulatedMachine } from '../../test/simulated-machine/simulated-machine.js';

test('a program that a run started is found while it is at work, one of somebody else is not', async () => {
  const ours = spawn('sleep', ['300'], { env: { ...process.env, ...stepMark }, stdio: 'ignore' });
  const other = spawn('sleep', ['301'], { stdio: 'ignore' });
  const told = (): readonly string[] => strayPrograms().filter(line => line.startsWith(`${ours.pid} `));
  try {
    await once(ours, 'spawn');
    assert.deepEqual(told(), [`${ours.pid} sleep 300`]);
    assert.ok(!strayPrograms().some(line => line.startsWith(`${other.pid} `)));
  } finally {
    const ended = once(ours, 'close');
    ours.kill();
    other.kill();
    await ended;
  }
  assert.deepEqual(told(), []);
});

test('what a killed run left at work is waited for, and named where it does not end', async () => {
  let left = 2;
  const target = simulatedTarget(new SimulatedMachine({ files: {} }), {
    strays: () => (left-- > 0 ? ['7 update-grub'] : []),
  });
  await awaitStrays(target, [], new AbortController().signal);
  assert.ok(left < 0);
  left = 1e9;
  await assert.rejects(
    awaitStrays(target, [], new AbortController().signal, { programMs: 0 }),
    (error: unknown) => error instanceof LedgerError && error.code === 'busy' && /7 update-grub/.test(error.message),
  );
});
