import { homedir } from 'node:os';
import { join } from 'node:path';
import { linkResolver } from '#transport/link-resolver';

/** Where copies of what is changed are kept: NEARMETAL_STATE_DIR, else /var/lib/nearmetal for root, else the user's own state folder (XDG base directories). */
export function stateFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const said = environment['NEARMETAL_STATE_DIR'];
  if (said !== undefined && said !== '') return said;
  if (process.getuid?.() === 0) return '/var/lib/nearmetal';
  const base = environment['XDG_STATE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.local', 'state') : base, 'nearmetal');
}

/** The ledger of a tree lies in the tree: it goes with the machine that the tree is of, and can be undone there. */
export const stateOf = (root: string): string =>
  root === '/' || (process.env['NEARMETAL_STATE_DIR'] ?? '') !== ''
    ? stateFolder()
    : linkResolver(root, 'looked-up')('/var/lib/nearmetal');
