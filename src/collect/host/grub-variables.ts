import { readDropIns } from '#collect/drop-ins';
import { fileText } from '#collect/file-facts';
import type { Sources } from '#collect/sources';
import { type ShellAssignment, ShellSyntaxError } from '#formats/conf/shell-assignment';
import { parseShellAssignments } from '#formats/conf/shell-assignments';
import { evaluateShell, type ShellVariable } from '#formats/conf/shell-variables';
import { absent, chainKnown, type Known, known, unknown } from '#model/known';

const mainFile = '/etc/default/grub';

/** Files that `grubVariables` looks at. Drop-ins are read where the folder is there: grub-mkconfig of Debian and its kin sources it, others have none. */
export const grubFiles = [mainFile, '/etc/default/grub.d/*.cfg', '/etc/tuned/bootcmdline'] as const;

/** The variables that grub-mkconfig works with; absent where there is no /etc/default/grub. */
export function grubVariables(sources: Sources): Known<ReadonlyMap<string, ShellVariable>> {
  const main = fileText(sources, mainFile);
  if (main.state !== 'known') return main;
  return chainKnown(readDropIns(sources, ['/etc/default/grub.d'], '.cfg'), dropIns => {
    const files = [{ path: mainFile, text: main.value }, ...dropIns];
    const parsed: { file: string; assignments: readonly ShellAssignment[] }[] = [];
    for (const { path, text } of files) {
      try {
        parsed.push({ file: path, assignments: parseShellAssignments(text) });
      } catch (error) {
        if (error instanceof ShellSyntaxError) return unknown(`${path}: ${error.message}`, 'grub-mkconfig');
        throw error;
      }
    }
    return known(evaluateShell(parsed));
  });
}

/** What tuned adds to the command line through GRUB's variable tuned_params: TUNED_BOOT_CMDLINE of /etc/tuned/bootcmdline. */
export function tunedParameters(sources: Sources): Known<ShellVariable> {
  const path = '/etc/tuned/bootcmdline';
  return chainKnown(fileText(sources, path), text => {
    try {
      const variables = evaluateShell([{ file: path, assignments: parseShellAssignments(text) }]);
      const variable = variables.get('TUNED_BOOT_CMDLINE');
      return variable === undefined ? absent() : known(variable);
    } catch (error) {
      if (error instanceof ShellSyntaxError) return unknown(`${path}: ${error.message}`);
      throw error;
    }
  });
}
