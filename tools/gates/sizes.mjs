import { readFile } from 'node:fs/promises';
import { filesUnder } from '../files.mjs';

/** Hand-written files longer than this are named … */
export const longLines = 300;
/** … and than this, refused. */
export const tooLongLines = 400;

/** Counts the lines of every hand-written source. */
export async function sizes() {
  const paths = [
    ...(await filesUnder('src', '.ts')),
    ...(await filesUnder('web', '.ts')),
    ...(await filesUnder('test', '.ts')),
    ...(await filesUnder('tools', '.mjs')),
  ].filter(path => !path.endsWith('.gen.ts') && !path.includes('node_modules/'));
  const counted = [];
  for (const path of paths) counted.push({ path, lines: (await readFile(path, 'utf8')).split('\n').length - 1 });
  return {
    files: paths.length,
    long: counted.filter(({ lines }) => lines > longLines && lines <= tooLongLines),
    tooLong: counted.filter(({ lines }) => lines > tooLongLines),
  };
}
