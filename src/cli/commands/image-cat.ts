import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { BrowseOptions } from '#cli/commands/image-ls';
import { exitCodes } from '#cli/exit-codes';
import { guestfish } from '#cli/guestfish';
import { splitImagePath, withGuest } from '#cli/open-guest-disk';
import { cannotWrite, refuseUnwritable, writeOut } from '#cli/output';
import { inputError, usageError } from '#cli/request-error';
import { tellRemarks } from '#cli/tell-remarks';
import { PathFault } from '#formats/filesystem/path-fault';
import { printable } from '#report/printable';

/** Options of `image cat`. */
export interface CatOptions extends BrowseOptions {
  /** The largest file that is read, in bytes. */
  readonly limit: number;
}

/** `nearmetal image cat IMAGE:PATH`: gives a file within an image, byte for byte; on a terminal its control characters are shown as `?`. */
export async function imageCat(word: string, options: CatOptions): Promise<number> {
  const { image, path } = splitImagePath(word);
  if (path === '/') throw usageError('which file? image cat takes IMAGE:PATH');
  const toFile = options.output !== undefined && options.output !== '-' ? options.output : undefined;
  if (toFile !== undefined) refuseUnwritable(toFile);
  const write = toFile === undefined ? writeSafely : await fileWriter(toFile);
  if (options.with === 'guestfish') {
    await write(guestfish(image, options, ['download', path, '/dev/stdout'], false));
    await write.end?.();
    return exitCodes.ok;
  }
  return withGuest([image], options, async ({ tree, remarks }) => {
    const { stat, path: real } = tree.find(path);
    if (stat.kind === 'file' && stat.size > options.limit)
      throw inputError(new PathFault('too-large', path, `it has ${stat.size} bytes`).message, '--limit allows more');
    tellRemarks(remarks, options.quiet);
    for (const piece of tree.pieces(real)) await write(piece);
    await write.end?.();
    return exitCodes.ok;
  });
}

interface Writer {
  (bytes: Buffer): Promise<void>;
  readonly end?: () => Promise<void>;
}

/** What comes from a guest must not drive the terminal. */
const writeSafely: Writer = bytes =>
  writeOut(
    process.stdout.isTTY === true
      ? bytes
          .toString('utf8')
          .split('\n')
          .map(line => printable(line.replaceAll('\t', '        ')))
          .join('\n')
      : bytes,
  );

async function fileWriter(path: string): Promise<Writer> {
  const stream = createWriteStream(path);
  await once(stream, 'open').catch((error: unknown) => {
    throw cannotWrite(path, error);
  });
  const write = (bytes: Buffer): Promise<void> =>
    new Promise((done, failed) => {
      stream.write(bytes, error => (error ? failed(cannotWrite(path, error)) : done()));
    });
  return Object.assign(write, {
    end: () =>
      new Promise<void>((done, failed) => {
        stream.end((error?: Error | null) => (error ? failed(cannotWrite(path, error)) : done()));
      }),
  });
}
