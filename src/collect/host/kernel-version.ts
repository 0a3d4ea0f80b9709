import { commandText, fileFact } from '#collect/file-facts';
import { firstOfAllWays } from '#collect/first-of-all-ways';
import { neverAbsent } from '#collect/never-absent';
import type { Reading } from '#collect/reading';
import { chainKnown, known, unknown } from '#model/known';
import { parseVersion, type Version } from '#units/version';

/** The running kernel's version. */
export const kernelVersion: Reading<Version> = {
  says: "the running kernel's version",
  ways: [{ file: '/proc/sys/kernel/osrelease' }, { file: '/proc/version' }, { command: ['uname', '-r'] }],
  read: sources =>
    neverAbsent(
      firstOfAllWays(
        () => fileFact(sources, '/proc/sys/kernel/osrelease', parseVersion),
        () =>
          fileFact(sources, '/proc/version', text => parseVersion(/^Linux version (\S{1,128})/.exec(text)?.[1] ?? '')),
        () =>
          chainKnown(commandText(sources, ['uname', '-r']), text => {
            const version = parseVersion(text);
            return version === undefined ? unknown('uname -r gave no version') : known(version);
          }),
      ),
      'uname -r',
    ),
};
