/** Makers of Arm cores by the implementer byte of MIDR_EL1 (Arm Architecture Reference Manual). */
const vendors: Readonly<Record<string, string>> = {
  '0x41': 'ARM',
  '0x42': 'Broadcom',
  '0x43': 'Cavium',
  '0x46': 'FUJITSU',
  '0x48': 'HiSilicon',
  '0x4e': 'NVIDIA',
  '0x50': 'APM',
  '0x51': 'Qualcomm',
  '0x53': 'Samsung',
  '0x56': 'Marvell',
  '0x61': 'Apple',
  '0x69': 'Intel',
  '0x6d': 'Microsoft',
  '0x70': 'Phytium',
  '0xc0': 'Ampere',
};

/** Cores that servers and boards with virtualization have, by implementer and part number (each core's reference manual, MIDR_EL1). */
const parts: Readonly<Record<string, string>> = {
  '0x41 0xc07': 'Cortex-A7',
  '0x41 0xc09': 'Cortex-A9',
  '0x41 0xc0f': 'Cortex-A15',
  '0x41 0xd03': 'Cortex-A53',
  '0x41 0xd05': 'Cortex-A55',
  '0x41 0xd07': 'Cortex-A57',
  '0x41 0xd08': 'Cortex-A72',
  '0x41 0xd09': 'Cortex-A73',
  '0x41 0xd0a': 'Cortex-A75',
  '0x41 0xd0b': 'Cortex-A76',
  '0x41 0xd0c': 'Neoverse-N1',
  '0x41 0xd40': 'Neoverse-V1',
  '0x41 0xd41': 'Cortex-A78',
  '0x41 0xd46': 'Cortex-A510',
  '0x41 0xd49': 'Neoverse-N2',
  '0x41 0xd4f': 'Neoverse-V2',
  '0x41 0xd84': 'Neoverse-V3',
  '0x41 0xd8e': 'Neoverse-N3',
  '0x42 0x516': 'ThunderX2',
  '0x43 0x0a1': 'ThunderX-88XX',
  '0x43 0x0af': 'ThunderX2-99xx',
  '0x46 0x001': 'A64FX',
  '0x48 0xd01': 'Kunpeng-920',
  '0x50 0x000': 'X-Gene',
  '0xc0 0xac3': 'Ampere-1',
  '0xc0 0xac4': 'Ampere-1a',
};

/** Takes `CPU implementer` (`0x41`); gives the maker's name, or the number where it is not among those known. */
export const armVendor = (implementer: string): string =>
  (Object.hasOwn(vendors, implementer) ? vendors[implementer] : undefined) ?? implementer;

/** Takes `CPU implementer` and `CPU part`; gives the core's name, undefined where it is not among those known. */
export function armPart(implementer: string | undefined, part: string | undefined): string | undefined {
  const key = `${implementer} ${part}`;
  return Object.hasOwn(parts, key) ? parts[key] : undefined;
}
