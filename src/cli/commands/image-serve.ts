import { writeFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { dirname, join } from 'node:path';
import { readOne } from '#apply/attached/attachment-ledger';
import { serverPid } from '#apply/attached/take-back';
import { withGuest } from '#cli/open-guest-disk';
import { inputError } from '#cli/request-error';
import { answerFuse } from '#formats/fuse/answer-fuse';
import { guestNodes } from '#formats/guest-disk/guest-nodes';
import { mountFuse } from '#transport/serve-fuse';

/**
 * Serves the files of an attachment until its folder is unmounted. `image open` starts it, with a channel on which it hears that they are there. Takes
 * the path of what was put down of the attachment.
 */
export async function imageServe(path: string): Promise<number> {
  try {
    await serve(path);
    return 0;
  } catch (error) {
    await tell({ failed: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    if (process.connected) process.disconnect();
  }
}

async function serve(path: string): Promise<void> {
  const one = readOne(path);
  const step = one?.steps.find(each => each.step === 'serve');
  if (one === undefined || step === undefined) throw inputError(`${path} is no attachment that is served`);
  writeFileSync(join(dirname(path), serverPid), `${process.pid}\n`, { mode: 0o600 });
  await withGuest(one.images, one.request, async ({ tree, parts }) => {
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    const nodes = guestNodes(tree, size);
    const answer = answerFuse(nodes, {
      isLittle: endianness() === 'LE',
      tell: fault => process.stderr.write(`${fault.message}\n`),
    });
    // who started us may have gone, and nobody would know of the mount; that is heard of between two turns
    await new Promise(setImmediate);
    if (!process.connected) return;
    const mount = mountFuse(step.folder, step.source);
    await tell({ ready: true });
    process.disconnect();
    mount.serve(answer);
  });
}

const tell = (message: object): Promise<void> =>
  new Promise(done => {
    if (process.send === undefined || !process.connected) done();
    else process.send(message, undefined, undefined, () => done());
  });
