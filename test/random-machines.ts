import fc from 'fast-check';
import type { Example, ExampleGuest } from '#check/example';
import { meminfoFile, poolFiles } from '#check/reference/memory-files';
import { rules } from '#rules/index.gen';
import { type Intent, intents } from '#wishes/intent';

/** A machine as an example describes it, and what its guests are for. */
export interface RandomMachine {
  readonly example: Example;
  readonly intents: readonly (readonly Intent[])[];
  readonly policy: 'current' | 'guide';
}

const ksm = '/sys/kernel/mm/ksm';
const thp = '/sys/kernel/mm/transparent_hugepage';

/** One of several values for a file, or what the reference machine has. */
const file = (path: string, ...values: readonly string[]): fc.Arbitrary<Readonly<Record<string, string>>> =>
  fc
    .option(fc.constantFrom(...values), { nil: undefined })
    .map((value): Record<string, string> => (value === undefined ? {} : { [path]: value }));

const hostFiles: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .tuple(
    file('/proc/sys/vm/swappiness', '0', '1', '10', '35', '60', '100', '200'),
    file('/etc/sysctl.d/50-local.conf', 'vm.swappiness = 10', 'vm.swappiness = 60\nvm.nr_hugepages = 512'),
    file(`${ksm}/run`, '0', '1', '1', '1'),
    file(`${ksm}/merge_across_nodes`, '0', '1'),
    file(`${ksm}/sleep_millisecs`, '20', '1500', '5000'),
    file(`${ksm}/pages_to_scan`, '100', '1000', '20000'),
    file(`${ksm}/full_scans`, '0', '12'),
    file(`${ksm}/pages_sharing`, '0', '900000'),
    file(`${ksm}/pages_unshared`, '0', '9000000'),
    file(`${ksm}/general_profit`, '-10000000', '4000000000'),
    file('/usr/lib/systemd/system/ksm.service', '[Service]\nType=oneshot\nExecStart=/bin/true\n'),
    file('/etc/tmpfiles.d/ksm.conf', `w ${ksm}/run - - - - 1`),
    file(`${thp}/enabled`, 'always madvise [never]', '[always] madvise never', 'always [madvise] never'),
    file(`${thp}/defrag`, '[always] defer defer+madvise madvise never', 'always defer defer+madvise [madvise] never'),
    file(
      '/proc/swaps',
      'Filename Type Size Used Priority\n',
      'Filename Type Size Used Priority\n/dev/sdb2 partition 8388604 0 -2\n',
    ),
    file('/proc/sys/kernel/numa_balancing', '0', '1'),
    file('/sys/devices/system/cpu/isolated', '2-3', '4-7'),
    file('/sys/block/sda/queue/scheduler', 'none mq-deadline [bfq]', '[none] mq-deadline bfq'),
    file('/proc/cmdline', 'root=/dev/sda2 transparent_hugepage=never', 'root=/dev/sda2 hugepagesz=1G hugepages=8'),
    fc
      .option(
        fc.record({
          nodes: fc.constantFrom([256, 256] as const, [2048, 2048] as const, [8192, 4096] as const),
          isFree: fc.boolean(),
        }),
        { nil: undefined },
      )
      .map(pool =>
        pool === undefined ? {} : poolFiles({ nodes: pool.nodes, free: pool.isFree ? pool.nodes : [0, 0] }),
      ),
    fc
      .option(
        fc.record({
          total: fc.constantFrom(32, 64),
          hugetlb: fc.constantFrom(0, 8, 30),
          swap: fc.constantFrom(0, 2, 32),
        }),
        {
          nil: undefined,
        },
      )
      .map(memory => (memory === undefined ? {} : meminfoFile(memory))),
  )
  .map(all => Object.assign({}, ...all));

const oneOf = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom('', ...texts);

const images = ['/var/lib/libvirt/images/a.qcow2', '/srv/g.raw', '/mnt/nfs/g.img'] as const;
const diskXml = fc.record({
  type: fc.constantFrom('qcow2', 'raw'),
  cache: oneOf("cache='none'", "cache='writeback'", "cache='unsafe'", "cache='writethrough'", "cache='directsync'"),
  io: oneOf("io='native'", "io='threads'", "io='io_uring'"),
  discard: oneOf("discard='unmap'"),
  device: fc.constantFrom('disk', 'disk', 'disk', 'lun'),
  source: fc.constantFrom(...images),
  target: fc.constantFrom("dev='vda' bus='virtio'", "dev='sda' bus='sata'", "dev='hda' bus='ide'"),
});

/** What qemu-img says of the images, where it was asked: thin or not, in small or usual clusters, large or above a base image. */
const imageFacts: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .array(
    fc.record({
      isAsked: fc.boolean(),
      cluster: fc.constantFrom(4096, 65_536, 1_048_576),
      size: fc.constantFrom(20, 1024, 16_384),
      taken: fc.constantFrom(0.1, 1),
      isLazy: fc.boolean(),
      isLayer: fc.boolean(),
      snapshots: fc.nat(2),
    }),
    { minLength: 2 * images.length, maxLength: 2 * images.length },
  )
  .map(all =>
    Object.fromEntries(
      all.flatMap(({ isAsked, cluster, size, taken, isLazy, isLayer, snapshots }, at) => {
        const path = images[at % images.length];
        const format = at < images.length ? 'qcow2' : 'raw';
        const facts = {
          filename: path,
          format,
          'virtual-size': size * 2 ** 30,
          'actual-size': Math.round(taken * size) * 2 ** 30,
          ...(format === 'raw'
            ? {}
            : {
                'cluster-size': cluster,
                'format-specific': { type: 'qcow2', data: { compat: '1.1', 'lazy-refcounts': isLazy } },
                snapshots: Array.from({ length: snapshots }, (_, id) => ({ id: String(id) })),
              }),
          ...(isLayer && format === 'qcow2' ? { 'backing-filename': '/srv/base' } : {}),
        };
        const layers = isLayer && format === 'qcow2' ? [facts, { filename: '/srv/base', format: 'raw' }] : [facts];
        return isAsked
          ? [
              [
                `qemu-img info --force-share --output=json --backing-chain -f ${format} -- ${path}`,
                JSON.stringify(layers),
              ],
            ]
          : [];
      }),
    ),
  );

const guestXml: fc.Arbitrary<ExampleGuest> = fc
  .record({
    memory: fc.constantFrom(2, 8, 20, 40),
    held: fc.constantFrom(1, 1, 2, 4),
    backing: oneOf(
      '<memoryBacking><hugepages/></memoryBacking>',
      "<memoryBacking><hugepages><page size='1' unit='GiB'/></hugepages></memoryBacking>",
      '<memoryBacking><nosharepages/></memoryBacking>',
      '<memoryBacking><locked/></memoryBacking>',
      "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>",
      "<memoryBacking><allocation mode='immediate'/></memoryBacking>",
    ),
    memtune: oneOf("<memtune><hard_limit unit='GiB'>6</hard_limit></memtune>"),
    vcpus: fc.constantFrom(
      '<vcpu>2</vcpu>',
      '<vcpu>12</vcpu>',
      "<vcpu current='2'>4</vcpu>",
      "<vcpu cpuset='0-3'>2</vcpu>",
      "<vcpu cpuset='0-7'>4</vcpu>",
    ),
    pins: oneOf(
      "<cputune><vcpupin vcpu='0' cpuset='2'/><vcpupin vcpu='1' cpuset='3'/></cputune>",
      "<cputune><vcpupin vcpu='0' cpuset='2'/></cputune>",
      "<cputune><vcpupin vcpu='0' cpuset='1-7'/><vcpupin vcpu='1' cpuset='40'/></cputune>",
      "<cputune><vcpupin vcpu='0' cpuset='2'/><vcpupin vcpu='1' cpuset='3'/><vcpusched vcpus='0-1' scheduler='fifo' priority='1'/></cputune>",
    ),
    numatune: oneOf(
      "<numatune><memory mode='strict' nodeset='0'/></numatune>",
      "<numatune><memory mode='strict' nodeset='1'/></numatune>",
      "<numatune><memory mode='preferred' nodeset='0-1'/></numatune>",
    ),
    cpu: oneOf(
      "<cpu mode='host-passthrough' migratable='off'/>",
      "<cpu mode='host-passthrough'/>",
      "<cpu mode='custom'><model>qemu64</model></cpu>",
      "<cpu mode='host-model'><feature policy='require' name='invtsc'/></cpu>",
    ),
    iothreads: oneOf('<iothreads>1</iothreads>', '<iothreads>40</iothreads>'),
    disks: fc.array(diskXml, { minLength: 1, maxLength: 2 }),
    weights: oneOf('<blkiotune><weight>800</weight></blkiotune>'),
    balloon: oneOf(
      "<memballoon model='none'/>",
      "<memballoon model='virtio' freePageReporting='on'/>",
      "<memballoon model='virtio' autodeflate='on'/>",
    ),
    hostdev: oneOf(
      "<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0' bus='3' slot='0' function='0'/></source></hostdev>",
    ),
    screen: oneOf(
      "<graphics type='spice'/><video><model type='qxl'/></video>",
      "<graphics type='vnc' keymap='de'/><video><model type='cirrus'/></video>",
      "<sound model='ich9'/><input type='tablet' bus='usb'/>",
    ),
    arguments: oneOf("<qemu:commandline><qemu:arg value='-cpu'/><qemu:arg value='host'/></qemu:commandline>"),
    isRunning: fc.boolean(),
    os: fc.constantFrom('', 'sle/15.5', 'debian', 'windows'),
  })
  .map(({ memory, held, disks, os, isRunning, ...parts }) => {
    const system = {
      '': '',
      'sle/15.5': 'http://suse.com/sle/15.5',
      debian: 'http://debian.org/debian/12',
      windows: 'http://microsoft.com/win/2k22',
    }[os];
    const metadata =
      system === ''
        ? ''
        : `<metadata><libosinfo:libosinfo xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0"><libosinfo:os id="${system}"/></libosinfo:libosinfo></metadata>`;
    const ofDisks = disks.map((disk, at) => {
      const target = at === 0 ? disk.target : "dev='vdb' bus='virtio'";
      return `<disk type='file' device='${disk.device}'><driver name='qemu' type='${disk.type}' ${disk.cache} ${disk.io} ${disk.discard}/><source file='${disk.source}'/><target ${target}/></disk>`;
    });
    return {
      xml: `${metadata}<memory unit='GiB'>${memory}</memory><currentMemory unit='MiB'>${(memory * 1024) / held}</currentMemory>${parts.backing}${parts.memtune}${parts.weights}${parts.vcpus}${parts.pins}${parts.numatune}${parts.cpu}${parts.iothreads}<devices>${ofDisks.join('')}${parts.balloon}${parts.hostdev}${parts.screen}</devices>${parts.arguments}`,
      isRunning,
      autostart: true,
    };
  });

const someIntents: fc.Arbitrary<readonly Intent[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...intents).map(intent => [intent]) },
  { weight: 1, arbitrary: fc.uniqueArray(fc.constantFrom(...intents), { minLength: 2, maxLength: 3 }) },
);
const policy = fc.constantFrom('current' as const, 'current' as const, 'current' as const, 'guide' as const);

/** Machines out of parts on which practices are known to meet: huge pages, KSM, swap, NUMA, pins, caches, passthrough. */
const ofParts: fc.Arbitrary<RandomMachine> = fc
  .tuple(hostFiles, imageFacts, fc.array(fc.tuple(guestXml, someIntents), { minLength: 1, maxLength: 5 }), policy)
  .map(([files, commands, guests, of]) => {
    const [first, ...others] = guests.map(([guest]) => guest);
    return {
      example: {
        name: 'random',
        files,
        commands,
        ...(first === undefined ? {} : { guest: first }),
        others,
        expect: 'bad' as const,
      },
      intents: guests.map(([, said]) => said),
      policy: of,
    };
  });

const examples = rules
  .flatMap(rule => rule.examples)
  .filter(({ libvirt, guest }) => libvirt !== null && guest !== null);
const ofExample = fc.constantFrom(...examples);

/** Machines out of what the rules' own examples show: the files of several, the guests of others. */
const ofExamples: fc.Arbitrary<RandomMachine> = fc
  .tuple(
    fc.array(ofExample, { minLength: 1, maxLength: 5 }),
    fc.array(fc.tuple(ofExample, someIntents), { minLength: 1, maxLength: 4 }),
    policy,
  )
  .map(([hosts, guests, of]) => {
    // no two guests of one name or uuid, and none that replaces the whole reference guest
    const given = guests.map(([{ guest }]) => {
      const { name: _, ...kept }: ExampleGuest =
        typeof guest === 'object' && guest !== null ? guest : { xml: guest ?? '' };
      return kept.xml.includes('<name>') || kept.xml.startsWith('<domain') ? { xml: '' } : kept;
    });
    const [first, ...others] = given;
    const files: NonNullable<Example['files']> = Object.assign({}, ...hosts.map(host => host.files ?? {}));
    return {
      example: {
        name: 'mixed',
        files,
        commands: Object.assign(
          {},
          ...hosts.map(host => host.commands ?? {}),
          ...guests.map(([one]) => one.commands ?? {}),
        ),
        ...(first === undefined ? {} : { guest: first }),
        others,
        expect: 'bad' as const,
      },
      intents: guests.map(([, said]) => said),
      policy: of,
    };
  });

/** Random hosts with random guests for random ends. */
export const randomMachines: fc.Arbitrary<RandomMachine> = fc.oneof(ofParts, ofExamples);
