import { closeSync, constants, createReadStream, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty, ReadStream } from 'node:tty';
import { inputError, RequestError } from '#cli/request-error';
import { systemWords } from '#cli/system-words';

/** What `-` and a path that stands for it are called. */
export const standardInput = 'standard input';

/** As much of a beginning as tells what something is. */
const headBytes = 512;

/** Tells whether a path means standard input. */
export const isStandardInput = (path: string): boolean => path === '-' || path === '/dev/stdin';

/**
 * Reads a file, a pipe, a device or standard input whole. While a pipe or a terminal gives nothing the program stays awake, so that it
 * can be interrupted. `most` takes the first bytes and gives how many there may be of such a thing. Throws RequestError.
 */
export async function readInput(path: string, most: (head: Uint8Array) => number): Promise<Uint8Array> {
  if (isStandardInput(path)) return readStream(process.stdin, standardInput, most);
  const { file, stats } = open(path);
  if (stats.isFile()) return readRegular(file, path, most);
  if (stats.isDirectory()) {
    closeSync(file);
    throw inputError(`${path} cannot be read: it is a folder`);
  }
  const stream = stats.isFIFO()
    ? new Socket({ fd: file, readable: true, writable: false })
    : isatty(file)
      ? new ReadStream(file)
      : createReadStream(path, { fd: file });
  return readStream(stream, path, most);
}

function open(path: string): { readonly file: number; readonly stats: ReturnType<typeof fstatSync> } {
  try {
    // without a wait for somebody who writes into a pipe
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    return { file, stats: fstatSync(file) };
  } catch (error) {
    throw inputError(`${path} cannot be read: ${systemWords(error)}`);
  }
}

function readRegular(file: number, path: string, most: (head: Uint8Array) => number): Uint8Array {
  try {
    const head = Buffer.alloc(headBytes);
    const limit = most(head.subarray(0, readSync(file, head, 0, headBytes, 0)));
    if (fstatSync(file).size > limit) throw tooLarge(path, limit);
    return readFileSync(path);
  } catch (error) {
    throw error instanceof RequestError ? error : inputError(`${path} cannot be read: ${systemWords(error)}`);
  } finally {
    closeSync(file);
  }
}

async function readStream(
  stream: NodeJS.ReadableStream & { readonly destroy: () => unknown },
  name: string,
  most: (head: Uint8Array) => number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for await (const chunk of stream) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      chunks.push(bytes);
      total += bytes.length;
      if (total > most(chunks[0] ?? bytes)) break;
    }
  } catch (error) {
    throw inputError(`${name} cannot be read: ${systemWords(error)}`);
  } finally {
    stream.destroy();
  }
  const whole = Buffer.concat(chunks);
  if (total > most(whole)) throw tooLarge(name, most(whole));
  return whole;
}

const tooLarge = (name: string, most: number): Error =>
  inputError(`${name} is larger than ${most / 2 ** 20} MiB, which no document or bundle is`);
