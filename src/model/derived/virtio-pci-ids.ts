/** PCI vendor of virtio devices (virtio 1.2, 4.1.2). */
export const virtioVendor = 0x1af4;

/** PCI device ids by virtio type (1 network, 2 block, 4 entropy, 5 balloon, 8 SCSI): transitional, modern (virtio 1.2, 4.1.2). */
export const virtioPciIds: ReadonlyMap<number, readonly number[]> = new Map([
  [1, [0x1000, 0x1041]],
  [2, [0x1001, 0x1042]],
  [4, [0x1005, 0x1044]],
  [5, [0x1002, 0x1045]],
  [8, [0x1004, 0x1048]],
]);
