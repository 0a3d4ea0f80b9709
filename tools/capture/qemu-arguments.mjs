// Turns a shape (shapes.mjs) into QEMU's arguments. Pure: takes paths and a port, starts nothing.

/** The MAC address that base/uplink.network matches. */
const uplink = '52:54:00:4e:4d:01';
const rootUuid = '5b1d9d4e-6f0c-4b52-9d3e-1c6f0a7e4001';

/** The kernel command line of a shape, in the words GRUB would pass. */
export const commandLine = (shape, version) =>
  `BOOT_IMAGE=/boot/vmlinuz-${version} root=UUID=${rootUuid} ro ${shape.append}`;

/** File name and format of a disk of a shape. Two paths to one disk need a format without a lock of its own. */
export const diskFile = disk =>
  disk.kind === 'scsi-two-paths'
    ? { file: `${disk.name}.raw`, format: 'raw' }
    : { file: `${disk.name}.qcow2`, format: 'qcow2' };

/** Takes a shape, the folder of its disks, its kernel (version and folder), the port for SSH and the UUID of its firmware tables; gives QEMU's arguments. */
export function qemuArguments(shape, { folder, kernel, port, uuid }) {
  const hasScsi = (shape.disks ?? []).some(disk => disk.kind.startsWith('scsi'));
  return [
    ...['-name', 'capture', '-uuid', uuid, '-machine', 'q35', '-cpu', shape.cpu, '-smp', shape.smp],
    // One thread for all CPUs: with many CPUs on few cores it boots twice as fast as a thread each, and leaves a core free.
    ...['-accel', 'tcg,thread=single'],
    ...['-m', shape.memoryRoom ? `size=${shape.memory}M,${shape.memoryRoom}` : `${shape.memory}M`],
    ...(shape.nodes ?? []).flatMap(nodeArguments),
    ...(shape.distances ?? []).flatMap((row, src) =>
      row.flatMap((val, dst) => (src === dst ? [] : ['-numa', `dist,src=${src},dst=${dst},val=${val}`])),
    ),
    ...['-drive', `file=${folder}/root.qcow2,format=qcow2,if=none,id=root,discard=unmap,cache=unsafe`],
    ...['-device', 'virtio-blk-pci,bus=pcie.0,drive=root,serial=root'],
    ...(hasScsi ? ['-device', 'virtio-scsi-pci,bus=pcie.0,id=scsi'] : []),
    ...(shape.disks ?? []).flatMap((disk, index) => diskArguments(disk, index, folder)),
    ...['-netdev', `user,id=up,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:22`],
    ...['-device', `virtio-net-pci,bus=pcie.0,netdev=up,mac=${uplink}`],
    ...(shape.networks ?? []).flatMap((mac, index) => [
      ...['-netdev', `hubport,id=net${index},hubid=${index + 1}`],
      ...['-device', `virtio-net-pci,bus=pcie.0,netdev=net${index},mac=${mac}`],
    ]),
    ...[
      '-device',
      'virtio-rng-pci,bus=pcie.0',
      '-display',
      'none',
      '-vga',
      'none',
      '-serial',
      `file:${folder}/console.log`,
    ],
    ...['-monitor', 'none', '-qmp', `unix:${folder}/qmp.sock,server=on,wait=off`, '-no-reboot'],
    ...['-kernel', `${kernel.folder}/vmlinuz`, '-initrd', `${kernel.folder}/initrd`],
    ...['-append', commandLine(shape, kernel.version)],
  ];
}

function nodeArguments(node, id) {
  const cpus = node.cpus === undefined ? '' : `,cpus=${node.cpus}`;
  if (node.memory === undefined) return ['-numa', `node,nodeid=${id}${cpus}`];
  return [
    ...['-object', `memory-backend-ram,id=node${id},size=${node.memory}M`],
    ...['-numa', `node,nodeid=${id}${cpus},memdev=node${id}`],
  ];
}

function diskArguments(disk, index, folder) {
  const { file, format } = diskFile(disk);
  const id = `disk${index}`;
  const drive = ['-drive', `file=${folder}/${file},format=${format},if=none,id=${id},discard=unmap,cache=unsafe`];
  switch (disk.kind) {
    case 'nvme':
      return [
        ...drive,
        ...nodePort(disk.node),
        '-device',
        `nvme,drive=${id},serial=NVME${index},bus=${disk.node === undefined ? 'pcie.0' : `port-of-node${disk.node}`}`,
      ];
    case 'scsi-ssd':
      return [
        ...drive,
        '-device',
        `scsi-hd,bus=scsi.0,drive=${id},serial=SSD${index},rotation_rate=1,wwn=0x5000c5004e4d000${index}`,
      ];
    case 'scsi-two-paths':
      return ['a', 'b'].flatMap((path, port) => [
        ...['-drive', `file=${folder}/${file},format=raw,if=none,id=${id}${path},file.locking=off,cache=unsafe`],
        '-device',
        `scsi-hd,bus=scsi.0,channel=0,scsi-id=${8 + port},drive=${id}${path},serial=LUN${index},share-rw=on,wwn=0x5000c5004e4d010${index},vendor=NEARMTL,product=LUN`,
      ]);
    case 'sata-rotating':
      return [...drive, '-device', `ide-hd,bus=ide.0,drive=${id},serial=HDD${index},rotation_rate=7200`];
    case 'virtio-one-queue':
      return [
        ...drive,
        '-device',
        `virtio-blk-pci,bus=pcie.0,drive=${id},serial=${disk.name},num-queues=1,logical_block_size=512,physical_block_size=4096`,
      ];
    default:
      throw new Error(`shapes.mjs names a kind of disk that is not known: ${disk.kind}`);
  }
}

/** A PCI Express root port that the machine's tables place in a NUMA node. */
function nodePort(node) {
  if (node === undefined) return [];
  return [
    ...['-device', `pxb-pcie,id=bus-of-node${node},bus_nr=${64 + 32 * node},numa_node=${node},bus=pcie.0`],
    ...['-device', `pcie-root-port,id=port-of-node${node},bus=bus-of-node${node},chassis=${10 + node}`],
  ];
}
