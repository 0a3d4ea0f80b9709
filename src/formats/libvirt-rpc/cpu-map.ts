import { type Codec, textMost } from '#formats/libvirt-rpc/codec';
import { XdrError } from '#formats/libvirt-rpc/xdr-error';
import { CpuSet } from '#units/cpu-set';

/** Bytes of a map of the 65,536 CPUs that a set can hold. */
const mapMost = 8192;

/** A set of CPUs as libvirt maps it: bit 0 of byte 0 is CPU 0. */
export const cpuMap: Codec<CpuSet> = {
  least: 4,
  read: from => {
    const at = from.offset;
    const map = from.bytes(textMost);
    if (map.length > mapMost) throw new XdrError('too-long', at, `a map of ${map.length * 8} CPUs`);
    return readCpuMap(map);
  },
  write: (to, cpus) => to.bytes(writeCpuMap(cpus), mapMost),
};

/** Reads a map of at most 65,536 CPUs. */
export function readCpuMap(map: Uint8Array): CpuSet {
  const cpus: number[] = [];
  for (const [at, byte] of map.entries())
    for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) cpus.push(at * 8 + bit);
  return CpuSet.of(cpus);
}

function writeCpuMap(cpus: CpuSet): Uint8Array {
  const map = new Uint8Array(Math.floor(Math.max(-1, ...cpus) / 8) + 1);
  for (const cpu of cpus) map[cpu >> 3] = (map[cpu >> 3] ?? 0) | (1 << (cpu & 7));
  return map;
}
