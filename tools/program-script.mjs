// How the built program becomes a script of V8: the same for the build, which makes its code cache, and for the start,
// which uses it.
import { constants, Script } from 'node:vm';

/** The names that the program is handed, see `startProgram`. */
const names = ['exports', 'require', 'module', '__filename', '__dirname', 'importModule', 'requireLater'];

/** Takes the program (CommonJS, ASCII); gives the text of its file. A start that wrapped it would copy 2 MB. */
export const programText = text => `(function(${names}){${text}\n})`;

/**
 * Takes the text of the program's file, its path and its code cache, where there is one. V8 refuses a cache that another
 * version of it made, and compiles the text then.
 */
export const programScript = (text, filename, cachedData) =>
  new Script(text, {
    filename,
    cachedData,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });

/** Runs the script in this process; gives what it exports. */
export function startProgram(script, { filename, folder, require }) {
  const program = { exports: {} };
  // a module of Node that few runs need is loaded when the first of its exports is asked for
  const requireLater = name => new Proxy({}, { get: (_, key) => require(name)[key] });
  const importModule = specifier => import(specifier);
  script.runInThisContext()(program.exports, require, program, filename, folder, importModule, requireLater);
  return program.exports;
}
