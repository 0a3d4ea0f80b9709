import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { Readable, type Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Programs that unpack from standard input to standard output. */
const programs: Readonly<Record<string, readonly string[]>> = {
  bzip2: ['bzip2', '-dc'],
  xz: ['xz', '-dc'],
  lzma: ['xz', '--format=lzma', '-dc'],
  lzop: ['lzop', '-dc'],
  lz4: ['lz4', '-dc'],
  zstd: ['zstd', '-dc'],
};

/** The longest that one is waited for. */
const longestMs = 120_000;

/**
 * Unpacks a stream: gzip here, all else by the program for it, which is found in PATH. Takes the name of the packing; gives pieces, at most `most`
 * bytes in all. What stands behind the end of the packed stream is left out. `fail` makes the error that is thrown where it cannot be unpacked.
 */
export async function* unpackStream(
  packing: string,
  packed: Iterable<Buffer>,
  most: number,
  fail: (message: string) => Error,
): AsyncGenerator<Buffer> {
  let count = 0;
  const bounded = (piece: Buffer): Buffer => {
    count += piece.length;
    if (count > most) throw fail(`it unpacks to more than ${most} bytes`);
    return piece;
  };
  const argv = programs[packing];
  if (packing === 'gzip') {
    const gunzip: Transform = Readable.from(packed).pipe(createGunzip());
    try {
      for await (const piece of gunzip) if (piece instanceof Uint8Array) yield bounded(Buffer.from(piece));
    } catch (error) {
      throw count > most ? error : fail(`gzip: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      gunzip.destroy();
    }
    return;
  }
  if (argv === undefined) throw fail(`nothing here unpacks ${packing}`);
  for await (const piece of throughProgram(argv, packed, fail)) yield bounded(piece);
}

async function* throughProgram(
  [program = '', ...args]: readonly string[],
  packed: Iterable<Buffer>,
  fail: (message: string) => Error,
): AsyncGenerator<Buffer> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: longestMs, killSignal: 'SIGKILL' });
  let complaint = '';
  let problem: Error | undefined;
  child.stderr.on('data', (bytes: Buffer) => {
    if (complaint.length < 1000) complaint += bytes.toString('utf8');
  });
  const ended = new Promise<number | null>(done => {
    child.on('error', error => {
      problem = error;
      done(null);
    });
    child.on('close', done);
  });
  // a program that has seen enough closes its input
  child.stdin.on('error', () => child.stdin.destroy());
  Readable.from(packed)
    .on('error', error => {
      problem = error;
      child.kill('SIGKILL');
    })
    .pipe(child.stdin);
  let count = 0;
  try {
    for await (const piece of child.stdout) {
      if (!(piece instanceof Uint8Array)) continue;
      count++;
      yield Buffer.from(piece);
    }
    const code = await ended;
    if (problem !== undefined && 'code' in problem && problem.code === 'ENOENT')
      throw fail(`the program ${program} is not installed`);
    if (problem !== undefined) throw problem;
    // what stands behind the stream makes some of them complain, after all was given
    if (code !== 0 && count === 0) throw fail(`${program}: ${complaint.trim().split('\n', 1)[0] ?? ''}`);
  } finally {
    child.kill('SIGKILL');
  }
}
