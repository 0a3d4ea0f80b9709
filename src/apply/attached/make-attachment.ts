import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AttachError } from '#apply/attached/attach-error';
import { runProgram } from '#apply/attached/attach-programs';
import type { Attachment, AttachStep } from '#apply/attached/attachment';
import type { AttachmentLedger } from '#apply/attached/attachment-ledger';
import { takeBack } from '#apply/attached/take-back';

/** What making an attachment needs beside its steps. */
export interface Makers {
  /** The command that serves an attachment; the path of what was put down of it is added. */
  readonly serve: readonly string[];
}

/** Loop devices that are tried: others may take one that was just free. */
const tries = 8;

/**
 * Makes the steps of an attachment in their order, each put down before it is made. Gives what is put down in the end. Rejects with AttachError; what was
 * made by then is taken back.
 */
export async function makeAttachment(
  ledger: AttachmentLedger,
  planned: Attachment,
  makers: Makers,
): Promise<Attachment> {
  ledger.write(planned);
  let one = planned;
  try {
    for (const [at, step] of planned.steps.entries()) one = await makeStep(ledger, one, at, step, makers);
    return one;
  } catch (error) {
    await takeBack(ledger, one).catch((second: unknown) => {
      throw new AttachError(
        'failed',
        `${error instanceof Error ? error.message : String(error)}; and then: ${second instanceof Error ? second.message : String(second)}`,
        `nearmetal image close ${one.folder}`,
      );
    });
    throw error;
  }
}

async function makeStep(
  ledger: AttachmentLedger,
  one: Attachment,
  at: number,
  step: AttachStep,
  makers: Makers,
): Promise<Attachment> {
  const own = ledger.folderOf(one.id);
  switch (step.step) {
    case 'make-folder':
      mkdirSync(step.path);
      return one;
    case 'serve':
      await startServer([...makers.serve, join(own, 'attachment.json')], join(own, 'log'));
      return one;
    case 'guestmount':
      runProgram(step.argv);
      return one;
    case 'export':
      // the file over which it mounts
      writeFileSync(step.file, '', { mode: 0o600 });
      runProgram(step.argv, join(own, 'log'));
      return one;
    case 'loop':
      return attachLoop(ledger, one, at, step);
    case 'mount': {
      const device = deviceOf(one);
      const helper = step.hasHelper ? [] : ['-i'];
      runProgram(['mount', ...helper, '-t', step.type, '-o', step.options, device, step.folder]);
      return one;
    }
  }
}

/** The loop device of an attachment. */
export function deviceOf({ steps }: Attachment): string {
  for (const step of steps) if (step.step === 'loop' && step.device !== undefined) return step.device;
  throw new AttachError('failed', 'no loop device was put down');
}

/** The device is chosen and put down first, so that it is found again should nobody live to tell of it. */
function attachLoop(
  ledger: AttachmentLedger,
  one: Attachment,
  at: number,
  step: Extract<AttachStep, { step: 'loop' }>,
): Attachment {
  for (let left = tries; ; left--) {
    const device = runProgram(['losetup', '--find']).trim();
    const now: Attachment = { ...one, steps: one.steps.with(at, { ...step, device }) };
    ledger.write(now);
    try {
      const range = ['--offset', String(step.offset), '--sizelimit', String(step.length)];
      runProgram(['losetup', '--read-only', ...range, device, step.file]);
      return now;
    } catch (error) {
      if (left === 0 || !(error instanceof AttachError) || !/busy/i.test(error.message)) throw error;
    }
  }
}

/** Starts the process that serves the files, and waits until they are there. It lives on after us. */
function startServer(argv: readonly string[], log: string): Promise<void> {
  const [program = '', ...words] = argv;
  const file = openSync(log, 'a', 0o600);
  const child = spawn(program, words, { detached: true, cwd: '/', stdio: ['ignore', file, file, 'ipc'] });
  closeSync(file);
  return new Promise((done, failed) => {
    child.once('error', error => failed(new AttachError('failed', error.message)));
    child.once('exit', () => failed(new AttachError('failed', `what serves the files has ended; ${log} says why`)));
    child.once('message', (message: unknown) => {
      child.removeAllListeners('exit');
      if (child.connected) child.disconnect();
      child.unref();
      if (typeof message === 'object' && message !== null && 'failed' in message && typeof message.failed === 'string')
        failed(new AttachError('failed', message.failed));
      else done();
    });
  });
}
