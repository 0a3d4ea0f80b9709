import { realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { inputError } from '#cli/request-error';
import { systemWords } from '#cli/system-words';

/**
 * Gives the real path of a file or folder with code, once nobody but root and this user can change it, nor any folder above it. For root
 * also those that only a group may write are refused. Throws RequestError that says who could, and what to do.
 */
export function trustedPath(path: string, uid = process.getuid?.() ?? 0): string {
  let real: string;
  try {
    real = realpathSync(path);
  } catch (error) {
    throw inputError(`${path}: ${systemWords(error)}`);
  }
  for (let at = real; ; at = dirname(at)) {
    const fault = whoElse(statSync(at), uid, at === real);
    if (fault !== undefined) {
      throw inputError(
        `rules in ${path} are not run: ${at} ${fault}, who could have ${uid === 0 ? 'root' : 'you'} run anything`,
        uid === 0
          ? `chown root ${at} && chmod go-w ${at}, once you have looked at what is in it`
          : `chmod o-w ${at}, once you have looked at what is in it`,
      );
    }
    if (dirname(at) === at) return real;
  }
}

const groupWrites = 0o020;
const othersWrite = 0o002;
const sticky = 0o1000;

/** Who beside root and the user may change something; undefined: nobody. */
function whoElse({ uid: owner, gid, mode }: Stats, uid: number, isItself: boolean): string | undefined {
  if (owner !== 0 && owner !== uid) return `belongs to user ${owner}`;
  // in a folder like /tmp nobody may rename what belongs to another
  if (!isItself && (mode & sticky) !== 0) return undefined;
  if ((mode & othersWrite) !== 0) return 'may be written by everybody';
  if (uid === 0 && (mode & groupWrites) !== 0 && gid !== 0) return `may be written by group ${gid}`;
  return undefined;
}
