import type { Change } from '#change/change';
import { type PartLike, partsOf } from '#plan/change-parts';

/** What an edit of a guest means for moving it to another host. */
const meanings: readonly { readonly path: RegExp; readonly content?: RegExp; readonly means: string }[] = [
  {
    path: /^memoryBacking(?:\/hugepages|$)/,
    content: /hugepages|<page\b/,
    means: 'it moves only to hosts that have as many huge pages of this size free',
  },
  {
    path: /^cpu(?:\/@mode)?$/,
    content: /host-passthrough/,
    means: 'it moves only to hosts with the same CPU model and microcode',
  },
  {
    path: /^cpu(?:\/@mode)?$/,
    content: /host-model/,
    means: 'it moves only to hosts whose CPUs have all features of this one',
  },
  {
    path: /^cpu\/feature/,
    content: /invtsc/,
    means: 'it moves only between hosts with the same TSC frequency, or not at all',
  },
  { path: /^devices\/hostdev/, content: /./, means: 'it cannot be migrated while it holds a device of the host' },
  {
    path: /^os\/type\/@machine$/,
    means: 'it moves only to hosts whose QEMU knows this machine type: older ones do not',
  },
  {
    path: /^(?:cputune\/(?:vcpupin|emulatorpin|iothreadpin)|vcpu\/@cpuset)/,
    content: /./,
    means: 'its pins name CPUs of this host: another one needs the same, or migrate with an XML of its own (--xml)',
  },
  {
    path: /^numatune/,
    content: /strict|restrictive|nodeset/,
    means: 'its memory is bound to nodes by number, which another host needs too',
  },
  {
    path: /^memoryBacking\/locked/,
    content: /locked/,
    means: 'the host that it moves to must have all its memory free',
  },
  {
    path: /\/driver\/@cache$/,
    content: /^(?:writeback|writethrough|unsafe)$/,
    means: 'libvirt refuses to migrate it with this cache mode, unless told --unsafe',
  },
  {
    path: /\/driver\/@cache$/,
    content: /^(?:none|directsync)$/,
    means: 'it can be migrated with shared storage without --unsafe',
  },
];

/** Says what a change means for migration; undefined: nothing. */
export function migrationWords({ kind, on, after }: Change): string | undefined {
  if (kind !== 'domain-xml') return undefined;
  const told = partsOf(after).flatMap(part =>
    meanings.filter(meaning => fits(part, meaning)).map(({ means }) => means),
  );
  const unique = [...new Set(told)];
  return unique.length === 0 ? undefined : `${on}: ${unique.join('; ')}.`;
}

const fits = ({ path, content }: PartLike, meaning: (typeof meanings)[number]): boolean =>
  content !== undefined &&
  meaning.path.test(path) &&
  (meaning.content === undefined ||
    meaning.content.test(
      `${content}${path.endsWith('hugepages') || path.endsWith('locked') ? ' hugepages locked' : ''}`,
    ));
