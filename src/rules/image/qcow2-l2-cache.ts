import { editDisks } from '#change/kinds/domain-disks';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import type { Disk } from '#model/domain-devices';
import { asFact, ifKnown, known, orAbsent } from '#model/known';
import { type Bytes, bytes, gib, mib, printBytes } from '#units/bytes';
import { isInRange, type Version } from '#units/version';

const file = '/var/lib/libvirt/images/g.qcow2';
const disk = (cacheMib?: number, format = 'qcow2'): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='${format}'>${cacheMib === undefined ? '' : `<metadata_cache><max_size unit='KiB'>${cacheMib * 1024}</max_size></metadata_cache>`}</driver><source file='${file}'/><target dev='vda' bus='virtio'/></disk></devices>`;
const told = (sizeGib: number, cluster = 65536, extended = false): Readonly<Record<string, string>> => ({
  [`qemu-img info --force-share --output=json --backing-chain -f qcow2 -- ${file}`]: JSON.stringify([
    {
      filename: file,
      format: 'qcow2',
      'virtual-size': gib(sizeGib),
      'cluster-size': cluster,
      'format-specific': { type: 'qcow2', data: { compat: '1.1', 'extended-l2': extended } },
    },
  ]),
});
const argument = (value: string): string =>
  `${disk()}<qemu:commandline><qemu:arg value='-set'/><qemu:arg value='drive.drive-virtio-disk0.l2-cache-size=${value}'/></qemu:commandline>`;

/** The name that libvirt gives a virtio disk where QEMU is older than 4.2: `virtio-disk0` for vda; undefined for other disks. */
function driveOf({ target, bus }: Disk): string | undefined {
  const letters = bus === 'virtio' ? /^vd([a-z]{1,3})$/.exec(target)?.[1] : undefined;
  if (letters === undefined) return undefined;
  let index = 0;
  for (const letter of letters) index = index * 26 + letter.charCodeAt(0) - 96;
  return `drive-virtio-disk${index - 1}`;
}

/** The cache for L2 tables that QEMU's own arguments set for a disk. */
function argumentOf(one: Disk, args: readonly string[]): Bytes | undefined {
  const drive = driveOf(one);
  const found = args.flatMap((word, at) => {
    const set = args[at - 1] === '-set' ? /^drive\.([\w-]+)\.l2-cache-size=(\d{1,12})([kKMGT]?)$/.exec(word) : null;
    if (set === null || set[1] !== drive) return [];
    return [Number(set[2]) * 1024 ** ' KMGT'.indexOf((set[3] ?? '').toUpperCase() || ' ')];
  });
  const last = found.at(-1);
  return last === undefined || !Number.isSafeInteger(last) ? undefined : bytes(last);
}

/** Whether libvirt has an element for it, and its QEMU takes what the element becomes; what is not told counts as new. */
const hasElement = (qemu: Version | undefined, libvirt: Version | undefined): boolean =>
  (qemu === undefined || isInRange(qemu, '>=4.2')) && (libvirt === undefined || isInRange(libvirt, '>=7.0'));

function byHand(guest: string, one: Disk, tables: Bytes): string {
  const drive = driveOf(one);
  const now =
    drive === undefined
      ? 'until then only larger clusters help: nearmetal image convert --cluster-size'
      : `until then virsh edit ${guest}: <qemu:arg value='-set'/><qemu:arg value='drive.${drive}.l2-cache-size=${tables}'/> in qemu:commandline, or larger clusters: nearmetal image convert --cluster-size`;
  return `metadata_cache needs libvirt 7.0 and QEMU 4.2; ${now}.`;
}

/** Bytes of a cluster below which QEMU refuses extended L2 entries. */
const leastExtended = 16384;

export default defineRule({
  id: 'image/qcow2-l2-cache',
  subject: 'disk',
  guide: ['5.1.2'],
  severity: 'hint',
  says: "The tables of the qcow2 image fit into QEMU's cache.",
  because:
    'Each table that is not in the cache costs a read before the read that the guest asked for: random I/O over a large image takes twice as many.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.1.2' },
    { grade: 'documented', at: 'QEMU: docs/qcow2-cache.txt: 8 bytes a cluster; l2-cache-size 32 MiB since 3.1' },
    { grade: 'measured', at: 'QEMU 7.2: with this number no table is read twice, with a cluster less some are' },
    {
      grade: 'documented',
      at: 'libvirt 7.0: metadata_cache, refused where QEMU lacks -blockdev as libvirt uses it (4.2)',
    },
    { grade: 'measured', at: 'libvirt 9.0: metadata_cache/max_size becomes cache-size, L2 and refcounts together' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: { database: { level: 'should' } },
  params: { refcountClusters: { default: 4, unit: 'clusters', why: 'the least that QEMU keeps for refcounts' } },
  costs: ['Memory of QEMU up to the size of the tables; what is unused for ten minutes is given back.'],
  departs: [
    {
      guideSays: 'The L2 cache is 1 MB, enough for 8 GB; set l2-cache-size.',
      truth: 'It is 32 MiB since QEMU 3.1, enough for 256 GiB; the element of libvirt sets cache-size, with refcounts.',
      source: 'QEMU: docs/qcow2-cache.txt',
      errata: ['X37'],
      guideCheck: 'without a setting of its own the cache counts as 1 MiB',
    },
  ],
  needs: {
    disk: ({ disk: one }) => known(one, one.at),
    image: ({ disk: one }) => asFact(one.image),
    qemu: ({ host }) => ifKnown(host.qemu),
    libvirt: ({ host }) => ifKnown(host.libvirt.version),
    args: ({ guest }) => orAbsent(guest.config.qemuArguments),
    guest: ({ guest }) => known(guest.name),
  },
  check({ disk: one, image, qemu, libvirt, args = [], guest }, { intents, params, policy }) {
    if (one.format !== 'qcow2') return notApplicable('the image is not qcow2');
    if (image.state === 'unknown') return undecided(image.reason, image.remedy);
    if (image.state === 'absent') return notApplicable('there is no image');
    const { clusterSize, virtualSize, extendedL2 = false, path } = image.value;
    if (clusterSize === undefined || virtualSize === undefined)
      return undecided('size and cluster size were not told', `qemu-img info -U -f qcow2 ${path}`);
    if (extendedL2 && clusterSize < leastExtended)
      return notApplicable(`no QEMU opens ${path}: extended L2 entries need clusters of 16 KiB at least`);
    if (extendedL2 && qemu !== undefined && isInRange(qemu, '<5.2'))
      return notApplicable(`QEMU before 5.2 does not open ${path}: it has extended L2 entries`);
    // a table is a whole cluster, however little of it is used
    const entries = Math.ceil(virtualSize / clusterSize) * (extendedL2 ? 16 : 8);
    const tables = bytes(Math.ceil(entries / clusterSize) * clusterSize);
    const wanted = bytes(tables + params.refcountClusters * clusterSize);
    const { metadataCache } = one;
    const set = argumentOf(one, args);
    const old = Math.max(mib(1), 8 * clusterSize);
    const isByDefault = metadataCache === undefined && set === undefined;
    if (isByDefault && qemu === undefined && policy === 'current' && tables > old && tables <= mib(32))
      return undecided('the version of QEMU, which decides the size of the cache', 'virsh version');
    const isOld = qemu !== undefined && isInRange(qemu, '<3.1');
    const byDefault = policy === 'guide' || isOld ? old : mib(32);
    const isEnough = metadataCache === undefined ? tables <= (set ?? byDefault) : wanted <= metadataCache;
    if (isEnough) return good;
    const has = metadataCache ?? set;
    const how = {
      severity: intents.includes('database') ? 'warning' : 'hint',
      wants: `${printBytes(hasElement(qemu, libvirt) ? wanted : tables)} of memory at most, or larger clusters`,
      so: 'random I/O reads tables again and again',
    } as const;
    const saw = `the tables of ${path} take ${printBytes(tables)}, its cache ${has === undefined ? `${printBytes(bytes(byDefault))} by default` : `has ${printBytes(has)}`}`;
    if (!hasElement(qemu, libvirt)) return bad(saw, { ...how, otherwise: byHand(guest, one, tables) });
    return bad(saw, {
      ...how,
      fix: [
        editDisks(guest, [
          metadataCache === undefined
            ? {
                target: one.target,
                place: 'driver/metadata_cache',
                before: undefined,
                after: `<metadata_cache><max_size unit='bytes'>${wanted}</max_size></metadata_cache>`,
              }
            : {
                target: one.target,
                place: 'driver/metadata_cache/max_size',
                before: String(metadataCache),
                after: String(wanted),
              },
        ]),
      ],
    });
  },
  examples: [
    { name: '1 TiB', guest: disk(), commands: told(1024), expect: 'bad', severity: 'hint', fixes: ['domain-xml'] },
    {
      name: '1 TiB for a database',
      guest: disk(),
      commands: told(1024),
      intents: ['database'],
      expect: 'bad',
      severity: 'warning',
    },
    { name: '200 GiB', guest: disk(), commands: told(200), expect: 'good' },
    { name: '200 GiB, by the letter of the guide', guest: disk(), commands: told(200), policy: 'guide', expect: 'bad' },
    {
      name: '200 GiB with QEMU 3.0',
      guest: disk(),
      commands: told(200),
      libvirt: { qemuVersion: '3.0.0' },
      expect: 'bad',
    },
    {
      name: '200 GiB with QEMU 3.0, where an argument sets it',
      guest: argument('25M'),
      commands: told(200),
      libvirt: { qemuVersion: '3.0.0' },
      expect: 'good',
    },
    {
      name: '200 GiB with QEMU 3.0, where an argument sets too little',
      guest: argument('24M'),
      commands: told(200),
      libvirt: { qemuVersion: '3.0.0' },
      expect: 'bad',
    },
    {
      name: '1 TiB, where libvirt has no element yet',
      guest: disk(),
      commands: told(1024),
      libvirt: { version: '6.10.0' },
      expect: 'bad',
    },
    {
      name: 'extended L2 entries under a QEMU that does not know them',
      guest: disk(),
      commands: told(1024, 65536, true),
      libvirt: { qemuVersion: '5.1.0' },
      expect: 'not-applicable',
    },
    {
      name: 'extended L2 entries in clusters too small for them',
      guest: disk(),
      commands: told(1024, 4096, true),
      expect: 'not-applicable',
    },
    {
      name: '200 GiB with QEMU 3.1',
      guest: disk(),
      commands: told(200),
      libvirt: { qemuVersion: '3.1.0' },
      expect: 'good',
    },
    { name: 'a cache for the tables but not the refcounts', guest: disk(128), commands: told(1024), expect: 'bad' },
    { name: 'a cache for both', guest: disk(129), commands: told(1024), expect: 'good' },
    { name: 'raw', guest: disk(undefined, 'raw'), expect: 'not-applicable' },
    { name: 'an image that nobody looked at', guest: { xml: disk(), isRunning: false }, expect: 'unknown' },
  ],
});
