import { readablePaths } from '#formats/guest-agent/readable-paths';
import { factsMark } from '#formats/guest-facts/parse-guest-facts';

/** Files that tell which guest the facts are of. */
export const identityPaths: readonly string[] = [
  '/sys/class/dmi/id/product_uuid',
  '/etc/hostname',
  '/proc/sys/kernel/hostname',
];

/**
 * Gives a POSIX shell script that prints a facts file of the Linux guest it runs in. It reads the same closed list of files as the agent is
 * asked for, at most 64 KiB of each, and writes nothing.
 */
export const linuxGuestScript = (): string => `#!/bin/sh
# Prints what nearmetal wants to know from inside this guest. It only reads, and writes nothing but its output:
#   sh inside.sh > NAME.facts        (as root, so that all can be read)
#   nearmetal check --guest-facts NAME=NAME.facts
echo '${factsMark} 1'
look() {
  echo "looked $1"
  # the pattern is meant to be taken apart here
  for path in $1; do
    [ -e "$path" ] || continue
    if text=$({ dd bs=65536 count=1 <"$path"; } 2>/dev/null); then
      echo "read $path"
      printf '%s\\n' "$text" | sed 's/^/|/'
    else
      echo "denied $path"
    fi
  done
}
${[...readablePaths, ...identityPaths].map(path => `look '${path}'`).join('\n')}
`;

/** One command of Windows: its words, and the line that runs it. */
export interface WindowsCommand {
  readonly words: readonly string[];
  readonly line: string;
}

/** Gives a batch file that prints a facts file of the Windows guest it runs in, from what commands print there. It changes nothing. */
export const windowsGuestScript = (commands: readonly WindowsCommand[]): string =>
  [
    '@echo off',
    'rem Prints what nearmetal wants to know from inside this guest. It only reads:',
    'rem   inside.cmd > NAME.facts',
    'rem   nearmetal check --guest-facts NAME=NAME.facts',
    `echo ${factsMark} 1`,
    ...commands.flatMap(({ words, line }) => [
      `echo output ${JSON.stringify(words)}`,
      `for /f "delims=" %%L in ('${line} 2^>nul') do echo ^|%%L`,
    ]),
    '',
  ].join('\r\n');
