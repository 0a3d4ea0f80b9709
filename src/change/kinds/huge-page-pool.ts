import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import { fileKnob } from '#change/kinds/knob-file';
import type { Observed } from '#change/observed';
import type { Bytes } from '#units/bytes';

/**
 * Persistent pages of one size, on one node or (node undefined) over all; the kernel may give fewer than asked for, so it is read back.
 * Surplus pages, which the kernel's file counts with the others, are not among them. Where pages in use become too many they turn into
 * surplus and go when the guest gives them back: nothing is lost, and a way back asks for as many as there were.
 */
export const setHugePagePool = (
  pageSize: Bytes,
  node: number | undefined,
  before: number,
  after: number,
): Change<'huge-page-pool', number> => ({
  kind: 'huge-page-pool',
  on: `${node === undefined ? '/sys/kernel/mm' : `/sys/devices/system/node/node${node}`}/hugepages/hugepages-${pageSize / 1024}kB/nr_hugepages`,
  before,
  after,
  lasts: 'until-reboot',
  takesEffect: 'at-once',
});

const poolFile =
  /^(?:\/sys\/kernel\/mm|\/sys\/devices\/system\/node\/node\d{1,4})\/hugepages\/hugepages-\d{1,9}kB\/nr_hugepages$/;

const surplusOf = (path: string): string => path.replace(/nr_hugepages$/, 'surplus_hugepages');

/** `huge-page-pool`: how many pages of a size are set aside. */
export const hugePagePoolKind = defineKind<'huge-page-pool', number>({
  kind: 'huge-page-pool',
  isState: (value): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
  faultOf: on => (poolFile.test(on) ? undefined : `“${on}” is no pool of huge pages`),
  knobs: ({ on, after }) => [fileKnob(on, String(after))],
  looks: ({ on }) => [
    { look: 'file', path: on },
    { look: 'file', path: surplusOf(on) },
  ],
  state: ({ on }, seen) => Math.max(0, numberIn(seen, on) - numberIn(seen, surplusOf(on))),
  steps: ({ on, after }) => [{ do: 'write-knob', path: on, text: String(after) }],
  obstacle: ({ on }, seen) => (seen.file(on) === undefined ? `this kernel has no such pool: ${on}` : undefined),
});

function numberIn(seen: Observed, path: string): number {
  const text = seen.file(path)?.trim() ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}
