import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { LockHeld, takeLock } from '#apply/run-lock';

const holder = { pid: process.pid, boot: 'boot-1', who: 'root: nearmetal apply', since: '2026-11-23T01:02:03Z' };

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  // longer than the path of a socket may be
  const folder = mkdtempSync(join(tmpdir(), `nearmetal-lock-${'x'.repeat(120)}-`));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('two at once: the second is told who holds the lock; after its release the next one takes it', () =>
  withFolder(async folder => {
    const lock = await takeLock(folder, holder);
    await assert.rejects(takeLock(folder, { ...holder, who: 'other' }), error => {
      assert.ok(error instanceof LockHeld);
      assert.deepEqual([error.holder.who, error.holder.pid], [holder.who, process.pid]);
      return true;
    });
    await lock.release();
    await (await takeLock(folder, holder)).release();
    assert.equal(readdirSync(folder).length, 1, 'nothing but the last lock is left');
  }));

test('of many that want it at once one has it at a time', () =>
  withFolder(async folder => {
    let held = 0;
    let most = 0;
    let taken = 0;
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        for (;;) {
          try {
            const lock = await takeLock(folder, holder);
            held++;
            taken++;
            most = Math.max(most, held);
            await new Promise(done => setTimeout(done, 1));
            held--;
            await lock.release();
            return;
          } catch (error) {
            if (!(error instanceof LockHeld)) throw error;
            await new Promise(done => setTimeout(done, Math.random() * 10));
          }
        }
      }),
    );
    assert.deepEqual([most, taken], [1, 20]);
  }));

test('the lock of a process that was killed is nobody’s', () =>
  withFolder(async folder => {
    const script = `import { takeLock } from ${JSON.stringify(new URL('./run-lock.js', import.meta.url).href)};
      await takeLock(${JSON.stringify(folder)}, { pid: process.pid, who: 'killed', since: 'then' });
      process.stdout.write('held');
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await assert.rejects(takeLock(folder, holder), LockHeld);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await takeLock(folder, holder)).release();
    assert.deepEqual(readdirSync(folder), ['lock.2']);
  }));
