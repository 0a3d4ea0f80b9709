import { readInput } from '#cli/read-input';
import { inputError } from '#cli/request-error';
import { parseArgv, type QemuCommand } from '#formats/qemu-argv/parse-argv';
import { ShellError, splitShellWords } from '#formats/qemu-argv/split-shell-words';

const mostBytes = 16 * 1024 * 1024;

/**
 * Reads a command line that was printed elsewhere: by `virsh domxml-to-native`, as a copy of /proc/PID/cmdline, or in libvirt's log of a
 * guest, whose last start counts. Throws RequestError.
 */
export async function readCommandLine(path: string): Promise<QemuCommand> {
  const text = Buffer.from(await readInput(path, () => mostBytes)).toString('utf8');
  try {
    const command = parseArgv(
      text.includes('\0') ? text.replace(/\0$/, '').split('\0') : splitShellWords(lastStart(text)),
    );
    if (command === undefined || !/qemu|kvm|emu$/i.test(command.program))
      throw new ShellError('there is no QEMU in it');
    return command;
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    throw inputError(
      `${path} is no command line of QEMU: ${error.message}`,
      '--from takes what virsh domxml-to-native printed, a copy of /proc/PID/cmdline, or /var/log/libvirt/qemu/GUEST.log',
    );
  }
}

/** libvirt's log has the command of each start: from its first variable to the first line without a backslash at its end. */
function lastStart(text: string): string {
  const at = Math.max(text.lastIndexOf('\nLC_ALL=C'), text.startsWith('LC_ALL=C') ? 0 : -1);
  if (at < 0) return text;
  const lines = text.slice(at).trimStart().split('\n');
  const last = lines.findIndex(line => !line.trimEnd().endsWith('\\'));
  return lines.slice(0, last < 0 ? undefined : last + 1).join('\n');
}
