import { commandText, fileText } from '#collect/file-facts';
import type { LibvirtAnswers } from '#collect/libvirt-answers';
import { libvirtFact } from '#collect/libvirt-facts';
import type { Reading, Way } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { installedVersion } from '#formats/packages/dpkg-status';
import { absent, chainKnown, type Known, known, unknown } from '#model/known';
import { parseVersion, type Version, versionOfLibvirtNumber } from '#units/version';

const dpkgStatus = '/var/lib/dpkg/status';

/** Longest text of a file that a tree gives; a longer one is cut. */
const cutAt = 8 * 1024 * 1024;

interface Software {
  readonly dpkg: readonly string[];
  readonly rpm: readonly string[];
}

const qemuPackages: Software = {
  dpkg: ['qemu-system-common', 'qemu-system-x86', 'qemu-system-arm', 'qemu-system-ppc', 'qemu-system-misc'],
  rpm: ['qemu', 'qemu-kvm-core'],
};
const libvirtPackages: Software = { dpkg: ['libvirt-daemon', 'libvirt0'], rpm: ['libvirt-daemon'] };

const rpmQuery = (name: string): readonly string[] => ['rpm', '-q', '--queryformat', '%{VERSION}\\n', name];

const packageWays = ({ rpm }: Software): readonly Way[] => [
  { file: dpkgStatus },
  ...rpm.map(name => ({ command: rpmQuery(name) })),
];

/** The QEMU that guests are started with, as libvirt's QEMU driver names it, else the installed package. */
export const qemuVersion: Reading<Version> = {
  says: "QEMU's version",
  ways: [{ call: 'virConnectGetVersion' }, ...packageWays(qemuPackages)],
  read(sources) {
    const running = fromLibvirt(sources, 'virConnectGetVersion', answers =>
      answers.uri.startsWith('qemu') ? answers.hypervisorVersion : { error: `${answers.uri} is no QEMU driver` },
    );
    return running.state === 'known' ? running : fromPackages(sources, qemuPackages);
  },
};

/** The libvirt daemon that answered, else the installed package. */
export const libvirtVersion: Reading<Version> = {
  says: "libvirt's version",
  ways: [{ call: 'virConnectGetLibVersion' }, ...packageWays(libvirtPackages)],
  read(sources) {
    const running = fromLibvirt(sources, 'virConnectGetLibVersion', answers => answers.libvirtVersion);
    return running.state === 'known' ? running : fromPackages(sources, libvirtPackages);
  },
};

const fromLibvirt = (
  sources: Sources,
  call: string,
  answer: (answers: LibvirtAnswers) => LibvirtAnswers['libvirtVersion'],
): Known<Version> =>
  chainKnown(libvirtFact(sources, call, answer), number =>
    Number.isSafeInteger(number) && number > 0
      ? known(versionOfLibvirtNumber(number))
      : unknown(`${call} gave no version`),
  );

/** The database of dpkg is text. That of rpm is SQLite or ndb, so only `rpm` itself tells: unknown with the command where none may be run. */
function fromPackages(sources: Sources, { dpkg, rpm }: Software): Known<Version> {
  const status = fileText(sources, dpkgStatus);
  if (status.state === 'known') {
    for (const name of dpkg) {
      const version = installedVersion(status.value, name);
      if (version !== undefined) return known(version, { from: `${dpkgStatus}, ${name}`, value: version.text });
    }
    return status.value.length < cutAt
      ? absent({ from: dpkgStatus, value: `no installed ${dpkg.join(', ')}` })
      : unknown(`${dpkgStatus} is too long to be searched`, `dpkg -l ${dpkg[0]}`);
  }
  const answers = rpm.map(name => fromRpm(sources, name));
  return (
    answers.find(answer => answer.state === 'known') ??
    answers.find(answer => answer.state === 'unknown') ??
    absent(...answers.flatMap(answer => (answer.state === 'absent' ? answer.evidence : [])))
  );
}

function fromRpm(sources: Sources, name: string): Known<Version> {
  const output = commandText(sources, rpmQuery(name));
  if (output.state !== 'known') return output;
  const version = parseVersion(output.value.split('\n', 1)[0] ?? '');
  if (version !== undefined) return known(version, ...output.evidence);
  return /is not installed/.test(output.value)
    ? absent(...output.evidence)
    : unknown(`rpm gave no version of ${name}`, `rpm -q ${name}`);
}
