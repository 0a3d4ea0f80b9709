import type { Random } from './random-qcow2.js';

/** Damages the metadata of a qcow2 image in its place, at random; tells what was done. */
export function damage(bytes: Buffer, random: Random): { readonly bytes: Buffer; readonly done: string } {
  const clusterSize = 2 ** bytes.readUInt32BE(20);
  const l1 = { at: Number(bytes.readBigUInt64BE(40)), entries: bytes.readUInt32BE(36) };
  const table = { at: Number(bytes.readBigUInt64BE(48)), entries: (bytes.readUInt32BE(56) * clusterSize) / 8 };
  const done: string[] = [];
  let result = bytes;
  for (let count = 1 + random(3); count > 0; count--) {
    const way = random(12);
    const l2 = usedEntry(result, l1.at, l1.entries, random);
    const block = usedEntry(result, table.at, table.entries, random);
    if (way < 5 && l2 !== undefined) {
      const tableAt = offsetOf(result.readBigUInt64BE(l2));
      const entry = usedEntry(result, tableAt, clusterSize / 8, random) ?? tableAt + random(clusterSize / 8) * 8;
      done.push(`L2 ${change(result, entry, clusterSize, random)}`);
    } else if (way < 7 && l2 !== undefined) done.push(`L1 ${change(result, l2, clusterSize, random)}`);
    else if (way < 9 && block !== undefined) {
      const at = offsetOf(result.readBigUInt64BE(block)) + random(Math.min(clusterSize, 64));
      if (at < result.length) result[at] = random(3) === 0 ? random(256) : random(3);
      done.push(`refcount at ${at}`);
    } else if (way === 9 && block !== undefined)
      done.push(`refcount table ${change(result, block, clusterSize, random)}`);
    else if (way === 10) {
      const snapshots = Number(result.readBigUInt64BE(64));
      const at = (result.readUInt32BE(60) > 0 ? snapshots : 0) + random(200);
      // the header's own fields decide if it is opened at all
      if (at >= 112 && at < result.length) result[at] = random(256);
      done.push(`byte ${at}`);
    } else {
      const length = result.length - random(3 * clusterSize);
      result = result.subarray(0, Math.max(length, 4 * clusterSize));
      done.push(`cut to ${result.length}`);
    }
  }
  return { bytes: result, done: done.join(', ') };
}

const offsetMask = 0x00ff_ffff_ffff_fe00n;
const offsetOf = (entry: bigint): number => Number(entry & offsetMask);

/** Gives the place of an entry of a table that is not empty. */
function usedEntry(bytes: Buffer, at: number, entries: number, random: Random): number | undefined {
  const used: number[] = [];
  for (let place = at; place < at + entries * 8 && place + 8 <= bytes.length; place += 8) {
    if (bytes.readBigUInt64BE(place) !== 0n) used.push(place);
  }
  return used[random(used.length)];
}

/** Changes an entry of a table: a bit, its place, all of it. */
function change(bytes: Buffer, at: number, clusterSize: number, random: Random): string {
  if (at + 8 > bytes.length) return 'beyond the end';
  const old = bytes.readBigUInt64BE(at);
  const cluster = BigInt(random(Math.ceil(bytes.length / clusterSize) + 3) * clusterSize);
  const ways = [
    () => old ^ (1n << BigInt(random(64))),
    () => (old & ~offsetMask) | cluster,
    () => old + 512n,
    () => 0n,
    () => (BigInt(random(2 ** 32)) << 32n) | BigInt(random(2 ** 32)),
    () => old ^ (1n << 63n),
    () => old ^ (1n << 62n),
  ];
  const value = BigInt.asUintN(64, ways[random(ways.length)]?.() ?? 0n);
  bytes.writeBigUInt64BE(value, at);
  return `at ${at}: ${old.toString(16)} → ${value.toString(16)}`;
}
