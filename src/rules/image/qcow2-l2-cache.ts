import { editDisks } from '#change/kinds/domain-disks';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { asFact, ifKnown, known } from '#model/known';
import { bytes, gib, mib, printBytes } from '#units/bytes';
import { isInRange } from '#units/version';

const file = '/var/lib/libvirt/images/g.qcow2';
const disk = (cacheMib?: number, format = 'qcow2'): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='${format}'>${cacheMib === undefined ? '' : `<metadata_cache><max_size unit='KiB'>${cacheMib * 1024}</max_size></metadata_cache>`}</driver><source file='${file}'/><target dev='vda' bus='virtio'/></disk></devices>`;
const told = (sizeGib: number, cluster = 65536): Readonly<Record<string, string>> => ({
  [`qemu-img info --force-share --output=json --backing-chain -f qcow2 -- ${file}`]: JSON.stringify([
    { filename: file, format: 'qcow2', 'virtual-size': gib(sizeGib), 'cluster-size': cluster },
  ]),
});

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
    guest: ({ guest }) => known(guest.name),
  },
  check({ disk: one, image, qemu, guest }, { intents, params, policy }) {
    if (one.format !== 'qcow2') return notApplicable('the image is not qcow2');
    if (image.state === 'unknown') return undecided(image.reason, image.remedy);
    if (image.state === 'absent') return notApplicable('there is no image');
    const { clusterSize, virtualSize, extendedL2 = false, path } = image.value;
    if (clusterSize === undefined || virtualSize === undefined)
      return undecided('size and cluster size were not told', `qemu-img info -U -f qcow2 ${path}`);
    const tables = Math.ceil(virtualSize / clusterSize) * (extendedL2 ? 16 : 8);
    const wanted = bytes(tables + params.refcountClusters * clusterSize);
    const { metadataCache } = one;
    const old = Math.max(mib(1), 8 * clusterSize);
    const isVersionDecisive = metadataCache === undefined && policy === 'current' && tables > old && tables <= mib(32);
    if (isVersionDecisive && qemu === undefined)
      return undecided('the version of QEMU, which decides the size of the cache', 'virsh version');
    const isOld = qemu !== undefined && isInRange(qemu, '<3.1');
    const byDefault = policy === 'guide' || isOld ? old : mib(32);
    const isEnough = metadataCache === undefined ? tables <= byDefault : wanted <= metadataCache;
    if (isEnough) return good;
    return bad(
      `the tables of ${path} take ${printBytes(bytes(tables))}, its cache ${metadataCache === undefined ? `${printBytes(bytes(byDefault))} by default` : `has ${printBytes(metadataCache)}`}`,
      {
        severity: intents.includes('database') ? 'warning' : 'hint',
        wants: `${printBytes(wanted)}, or larger clusters`,
        so: 'random I/O reads tables again and again',
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
      },
    );
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
