// How the built program becomes a script of V8: the same for the build, which makes its code cache, and for the start,
// which uses it.
import { constants, Script } from 'node:vm';

/**
 * Takes the text of the program (CommonJS, ASCII), its path and its code cache, where there is one. V8 refuses a cache
 * that another version of it made, and compiles the text then.
 */
export const programScript = (text, filename, cachedData) =>
  new Script(`(function(exports,require,module,__filename,__dirname,importModule){${text}\n})`, {
    filename,
    cachedData,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
