import { lackOf } from '#collect/file-facts';
import type { Reading } from '#collect/reading';
import { ShellSyntaxError } from '#formats/conf/shell-assignment';
import { parseShellAssignments } from '#formats/conf/shell-assignments';
import { evaluateShell } from '#formats/conf/shell-variables';
import { absent, known, unknown } from '#model/known';

/** Where distributions put it: SUSE and Red Hat, Debian. */
const files = ['/etc/sysconfig/libvirt-guests', '/etc/default/libvirt-guests'] as const;

/** Settings of libvirt-guests, which suspends or shuts down guests when the host goes down (libvirt-guests(8)). Absent: its defaults. */
export const libvirtGuests: Reading<ReadonlyMap<string, string>> = {
  says: 'settings of libvirt-guests',
  ways: files.map(file => ({ file })),
  read(sources) {
    for (const file of files) {
      const result = sources.files.read(file);
      if (result.outcome === 'absent') continue;
      if (result.outcome !== 'ok') return lackOf(result, file);
      try {
        const variables = evaluateShell([{ file, assignments: parseShellAssignments(result.value) }]);
        const values = new Map(
          [...variables].flatMap(([name, { text }]) => (text === undefined ? [] : [[name, text]])),
        );
        const value = [...values].map(([name, text]) => `${name}=${text}`).join(' ') || 'nothing is set';
        return known(values, { from: file, value });
      } catch (error) {
        if (error instanceof ShellSyntaxError) return unknown(`${file} was not understood: ${error.message}`);
        throw error;
      }
    }
    return absent({ from: files.join(', '), value: 'not there' });
  },
};
