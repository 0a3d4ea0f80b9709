import { commandText, fileFact } from '#collect/file-facts';
import { firstOfAllWays } from '#collect/first-of-all-ways';
import { distribution } from '#collect/host/identity';
import { kernelVersion } from '#collect/host/kernel-version';
import type { Reading, ReadingsOf } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { type AgentSystem, parseAgentSystem } from '#formats/guest-agent/agent-system';
import { parseKernelCommandLine } from '#formats/kernel-cmdline';
import type { GuestInside } from '#model/guest-inside';
import type { Distribution } from '#model/host';
import { absent, chainKnown, type Known, known, mapKnown, unknown } from '#model/known';
import { parseVersion } from '#units/version';

const question = 'guest-get-osinfo';

const agentSystem = (sources: Sources): Known<AgentSystem> =>
  chainKnown(commandText(sources, [question]), text => {
    const system = parseAgentSystem(text);
    return system === undefined ? unknown(`the answer to ${question} was not understood`) : known(system);
  });

/** `Microsoft Windows [Version 10.0.20348.2700]`: what `ver` prints. */
const windowsVersion = (sources: Sources): Known<string> =>
  chainKnown(commandText(sources, ['ver']), text => {
    const name = /^\s*(Microsoft Windows \[[^\]\n]{1,60}\])/.exec(text)?.[1];
    return name === undefined ? unknown('ver named no Windows') : known(name);
  });

/** The agent names a distribution: all that it runs on are Linux, but these. */
const familyOf = (id: string): string =>
  id === 'mswindows' ? 'windows' : /bsd|solaris|illumos|sunos|darwin|macos/i.test(id) ? id : 'linux';

const system: Reading<string> = {
  says: 'the family of its operating system',
  ways: [{ agent: question }, { file: '/proc/version' }, { command: ['ver'] }],
  read: sources =>
    firstOfAllWays(
      () => fileFact(sources, '/proc/version', text => (text.startsWith('Linux version ') ? 'linux' : undefined)),
      () => mapKnown(agentSystem(sources), ({ id }) => familyOf(id)),
      () => mapKnown(windowsVersion(sources), () => 'windows'),
    ),
};

const windowsOf = (name: string, version: string): Distribution => ({
  id: 'mswindows',
  family: ['mswindows'],
  version: parseVersion(version),
  name,
});

const distributionInside: Reading<Distribution> = {
  says: 'its distribution and version',
  ways: [...distribution.ways, { agent: question }, { command: ['ver'] }],
  read: sources =>
    firstOfAllWays(
      () => distribution.read(sources),
      () =>
        chainKnown(agentSystem(sources), found =>
          found.id === 'mswindows' && found.name !== undefined
            ? known(windowsOf(found.name, found.version ?? ''))
            : absent({ from: question, value: found.id }),
        ),
      () => mapKnown(windowsVersion(sources), name => windowsOf(name, /Version (.+)\]/.exec(name)?.[1] ?? '')),
    ),
};

/** What the guest runs. */
export const systemInside: ReadingsOf<Pick<GuestInside, 'system' | 'distribution' | 'kernel' | 'commandLine'>> = {
  system,
  distribution: distributionInside,
  kernel: { ...kernelVersion, ways: kernelVersion.ways.filter(way => 'file' in way) },
  commandLine: {
    says: 'the command line of its kernel',
    ways: [{ file: '/proc/cmdline' }],
    read: sources =>
      fileFact(sources, '/proc/cmdline', text =>
        parseKernelCommandLine(text).words.map(({ name, value }) => ({ name, value })),
      ),
  },
};
