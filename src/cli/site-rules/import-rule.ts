import { realpathSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';

/** A rule file that waits for something that never comes would end the program without a word. */
const longestMs = 10_000;

/** What maps `nearmetal` to this program's own library, on the thread that loads modules in Node 20. */
const hook = `let door;
export const initialize = data => { door = data.door; };
export const resolve = (specifier, context, next) =>
  specifier === 'nearmetal' ? { url: door, shortCircuit: true } : next(specifier, context);`;

/**
 * Lets files anywhere import `nearmetal`: what it means is this program's own library, whatever folder they are in. Newer versions of
 * Node have hooks on the same thread; Node 20 has them on another.
 */
export function openDoor(): void {
  // the program is a script, which has no import.meta: its package is found from where it was started
  const door = pathToFileURL(
    nodeModule.createRequire(realpathSync(process.argv[1] ?? process.execPath)).resolve('nearmetal'),
  ).href;
  const registerHooks: unknown = Reflect.get(nodeModule, 'registerHooks');
  if (typeof registerHooks !== 'function') {
    nodeModule.register(`data:text/javascript,${encodeURIComponent(hook)}`, { data: { door } });
    return;
  }
  const resolve = (
    specifier: string,
    context: unknown,
    next: (specifier: string, context: unknown) => unknown,
  ): unknown => (specifier === 'nearmetal' ? { url: door, shortCircuit: true } : next(specifier, context));
  Reflect.apply(registerHooks, undefined, [{ resolve }]);
}

/** Imports a rule file; gives what it exports by default. Throws what it throws. */
export async function importRule(path: string): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`it was not loaded within ${longestMs / 1000} s`)), longestMs);
  });
  try {
    const loaded: unknown = await Promise.race([import(pathToFileURL(path).href), tooLong]);
    return typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined;
  } finally {
    clearTimeout(timer);
  }
}
