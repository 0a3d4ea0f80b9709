import { readdirSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Where the program was started from. */
export interface Start {
  /** The launcher of the clone, where that started us. */
  readonly launcher: string | undefined;
  /** The program file that runs. */
  readonly program: string | undefined;
  readonly folder: string;
}

/** Gives the command that checks an example that came with this program, as it can be typed in `folder`; undefined where none came. */
export function exampleCommand({ launcher, program, folder }: Start): string | undefined {
  try {
    const examples =
      launcher === undefined
        ? join(dirname(realpathSync(program ?? '')), '..', 'examples')
        : join(dirname(launcher), 'examples');
    const [first] = readdirSync(examples, { withFileTypes: true })
      .filter(entry => entry.isDirectory() || /\.(?:tgz|tar\.gz)$/.test(entry.name))
      .map(({ name }) => name)
      .sort();
    if (first === undefined) return undefined;
    const command = launcher === undefined ? 'nearmetal' : asTyped(launcher, folder);
    return `${command} check ${fromHere(join(examples, first), folder)}`;
  } catch {
    // no examples: nothing to suggest
    return undefined;
  }
}

/** A program in this folder is typed with `./`. */
function asTyped(path: string, folder: string): string {
  const short = fromHere(path, folder);
  return short.includes('/') ? short : `./${short}`;
}

/** The shorter of the two ways to write a path. */
function fromHere(path: string, folder: string): string {
  const short = relative(folder, path);
  return short.length < path.length ? short : path;
}
