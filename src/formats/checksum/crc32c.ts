/** What four bits more do to the register: the reflected polynomial 0x82F63B78 (RFC 3720, appendix B.4). */
const steps = [
  0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d, 0x82f63b78,
  0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
] as const;

/**
 * Gives the CRC-32C (Castagnoli) of bytes, as ext4, XFS, Btrfs and VHDX store it. `before` is the checksum of what stands before these bytes, so
 * that pieces can be summed one after the other.
 */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let register = ~before;
  for (const byte of bytes) {
    register ^= byte;
    register = (register >>> 4) ^ (steps[register & 15] ?? 0);
    register = (register >>> 4) ^ (steps[register & 15] ?? 0);
  }
  return ~register >>> 0;
}
