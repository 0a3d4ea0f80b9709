import { commandText, fileFact, fileText } from '#collect/file-facts';
import { firstOfAllWays } from '#collect/first-of-all-ways';
import type { NodeAnswer } from '#collect/libvirt-answers';
import { libvirtFact } from '#collect/libvirt-facts';
import { neverAbsent } from '#collect/never-absent';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { architectureOf, parseCpuinfo } from '#formats/proc/cpuinfo';
import { chainKnown, type Known, known, unknown } from '#model/known';

/** Words of `uname -m` and of libvirt alike. */
const word = /^[a-z0-9_]{1,32}$/;
const wordOf = (text: string): string | undefined => (word.test(text.trim()) ? text.trim() : undefined);

/**
 * The architecture as `uname -m` says it. The kernel tells it in a file only since 6.1; libvirt tells the same word; what
 * /proc/cpuinfo shows fits one architecture except on POWER, whose two byte orders look alike.
 */
export const architecture: Reading<string> = {
  says: "the machine's architecture",
  ways: [
    { file: '/proc/sys/kernel/arch' },
    { call: 'virNodeGetInfo' },
    { command: ['uname', '-m'] },
    { file: '/proc/cpuinfo' },
  ],
  read: sources =>
    neverAbsent(
      firstOfAllWays(
        () => fileFact(sources, '/proc/sys/kernel/arch', wordOf),
        () => chainKnown(nodeInfo(sources), ({ model }) => named(model, 'virNodeGetInfo')),
        () => chainKnown(commandText(sources, ['uname', '-m']), text => named(text, 'uname -m')),
        () => fromCpuinfo(sources),
      ),
      'uname -m',
    ),
};

const nodeInfo = (sources: Sources): Known<NodeAnswer> =>
  libvirtFact(
    sources,
    'virNodeGetInfo',
    answers => answers.node,
    node => node.model,
  );

function named(text: string, from: string): Known<string> {
  const name = wordOf(text);
  return name === undefined ? unknown(`${from} named no architecture`, 'uname -m') : known(name);
}

function fromCpuinfo(sources: Sources): Known<string> {
  const text = fileText(sources, '/proc/cpuinfo');
  if (text.state !== 'known') return text;
  const cpuinfo = parseCpuinfo(text.value);
  const name = cpuinfo === undefined ? undefined : architectureOf(cpuinfo);
  return name === undefined
    ? unknown('/proc/cpuinfo fits no one architecture', 'uname -m')
    : known(name, { from: '/proc/cpuinfo', value: `fields and flags of ${name}` });
}
