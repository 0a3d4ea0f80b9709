import { commandText, fileFact } from '#collect/file-facts';
import { firstWay } from '#collect/first-way';
import { neverAbsent } from '#collect/never-absent';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseKernelConfig } from '#formats/kernel-config';
import { chainKnown, type Known, known, unknown } from '#model/known';

const unpack = ['zcat', '/proc/config.gz'] as const;

/** How the running kernel was built: the file that its package installs, in one of three places; /proc/config.gz only by a command. */
export const kernelConfig: Reading<ReadonlyMap<string, string>> = {
  says: 'how the running kernel was built',
  ways: [
    { file: '/proc/sys/kernel/osrelease' },
    { file: '/boot/config-*' },
    { file: '/usr/lib/modules/*/config' },
    { file: '/lib/modules/*/config' },
    { command: unpack },
  ],
  read(sources) {
    const release = sources.files.read('/proc/sys/kernel/osrelease');
    const version = release.outcome === 'ok' ? release.value.trim() : '';
    if (!/^[\w.+~-]{1,128}$/.test(version)) {
      return unknown(
        'the release of the running kernel is not known, so neither is its configuration',
        unpack.join(' '),
      );
    }
    const of = (path: string) => (): Known<ReadonlyMap<string, string>> => shortened(sources, path);
    const config = firstWay(
      of(`/boot/config-${version}`),
      of(`/usr/lib/modules/${version}/config`),
      of(`/lib/modules/${version}/config`),
      () => fromCommand(sources),
    );
    return neverAbsent(config, unpack.join(' '));
  },
};

/** The text itself is too long to be evidence. */
function shortened(sources: Sources, path: string): Known<ReadonlyMap<string, string>> {
  const config = fileFact(sources, path, parseKernelConfig);
  return config.state === 'known' ? known(config.value, { from: path, value: `${config.value.size} options` }) : config;
}

const fromCommand = (sources: Sources): Known<ReadonlyMap<string, string>> =>
  chainKnown(commandText(sources, unpack), text => {
    const config = parseKernelConfig(text);
    return config === undefined ? unknown('/proc/config.gz holds no kernel configuration') : known(config);
  });
