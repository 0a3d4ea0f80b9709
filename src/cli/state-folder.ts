import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where copies of what is changed are kept: NEARMETAL_STATE_DIR, else /var/lib/nearmetal for root, else the user's own state folder (XDG base directories). */
export function stateFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const said = environment['NEARMETAL_STATE_DIR'];
  if (said !== undefined && said !== '') return said;
  if (process.getuid?.() === 0) return '/var/lib/nearmetal';
  const base = environment['XDG_STATE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.local', 'state') : base, 'nearmetal');
}
