import { firstWay } from '#collect/first-way';
import { DiskImages } from '#collect/guest/disk-images';
import { guestFiles, guestsOfFiles } from '#collect/guest/file-guests';
import { guestManagers, managerFiles } from '#collect/guest/guest-managers';
import { processFiles } from '#collect/guest/guest-process';
import { guestOfAnswer } from '#collect/guest/libvirt-guest';
import { insideOf } from '#collect/inside/guest-inside';
import type { DomainAnswer } from '#collect/libvirt-answers';
import { libvirtFact } from '#collect/libvirt-facts';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { SeenElements } from '#formats/xml/seen-elements';
import type { Guest } from '#model/guest';
import { type Known, mapKnown } from '#model/known';
import { compareNaturally } from '#units/natural-order';

const calls = [
  'virConnectListAllDomains',
  'virDomainGetState',
  'virDomainGetAutostart',
  'virDomainIsPersistent',
  'virDomainHasManagedSaveImage',
  'virDomainGetXMLDesc',
  'virConnectGetAllDomainStats',
  'virStorageVolGetXMLDesc',
];

/**
 * The guests, by name as people count (libvirt lists them in no order that lasts); where libvirt does not answer, what its own files tell of them. The process of
 * each running one is looked at too, and the images behind its disks: what they say themselves, what libvirt tells, and `qemu-img info` where commands may be run.
 */
export const guests: Reading<readonly Guest[]> = {
  says: 'guests: definitions, state, processes, disk images',
  ways: [
    ...calls.map(call => ({ call })),
    ...[...processFiles, ...managerFiles, ...guestFiles].map(file => ({ file })),
    { command: ['nearmetal', 'image', 'chain', '--format', 'json', '--image-format', '*', '--', '*'] },
    { command: ['qemu-img', 'info', '--force-share', '--output=json', '--backing-chain', '-f', '*', '--', '*'] },
  ],
  read: sources =>
    firstWay(
      () => guestsOfLibvirt(sources),
      () => guestsOfFiles(sources),
    ),
};

function guestsOfLibvirt(sources: Sources): Known<readonly Guest[]> {
  const { libvirt } = sources;
  const names = (domains: readonly DomainAnswer[]): string => domains.map(({ name }) => name).join(' ') || 'none';
  const domains = libvirtFact(sources, 'virConnectListAllDomains', answers => answers.domains, names);
  // without answers the line above gave the reason
  if ('state' in libvirt) return libvirt;
  const around = {
    sources,
    answers: libvirt,
    images: new DiskImages(sources),
    seen: new SeenElements(),
    managedBy: guestManagers(sources),
    inside: insideOf(sources),
    later: laterDomains(sources),
  };
  return mapKnown(domains, all =>
    all.toSorted((a, b) => compareNaturally(a.name, b.name)).map(domain => guestOfAnswer(domain, around)),
  );
}

function laterDomains({ later }: Sources): ReadonlyMap<string, DomainAnswer> {
  if (later === undefined || 'state' in later.libvirt || 'error' in later.libvirt.domains) return new Map();
  return new Map(later.libvirt.domains.value.map(domain => [domain.uuid, domain]));
}
