import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Says why a live test can't run here, or false when it can: for the `skip` option of a test. `commands` are looked for in
 * the PATH; 'root' stands for the right to make private mounts and start daemons.
 */
export function needs(...commands: readonly string[]): string | false {
  if (commands.includes('root') && process.getuid?.() !== 0) return 'needs root';
  const missing = commands.filter(command => command !== 'root' && !isInPath(command));
  if (missing.length === 0) return false;
  return `needs ${missing.join(', ')}; as root, NEARMETAL_TEST_INSTALL=1 npm test installs it`;
}

function isInPath(command: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some(folder => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
