import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/**
 * Gives why live tests cannot run here, undefined where they can: they need root, and some programs of the system. In continuous integration, which
 * installs what tools/system-packages.mjs lists, nothing is passed over for lack of a program: it throws.
 */
export function missingParts(programs: readonly string[]): string | undefined {
  if (process.geteuid?.() !== 0) return 'needs root';
  const missing = programs.filter(program => !isInstalled(program));
  if (missing.length > 0 && (process.env['CI'] ?? '') !== '')
    throw new Error(`no package in tools/system-packages.mjs brings ${missing.join(', ')}`);
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`;
}

function isInstalled(program: string): boolean {
  return ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].some(folder => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
