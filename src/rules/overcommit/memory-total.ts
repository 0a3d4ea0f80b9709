import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { committedGuests } from '#model/derived/committed-guests';
import { diskSwap } from '#model/derived/disk-swap';
import { ksmSaved } from '#model/derived/ksm-saved';
import { memoryCommitment } from '#model/derived/memory-commitment';
import { poolExcess } from '#model/derived/pool-excess';
import { ifKnown } from '#model/known';
import { bytes, printBytes } from '#units/bytes';

const guests = (count: number, gib: number): readonly string[] =>
  Array.from({ length: count }, () => `<memory unit='GiB'>${gib}</memory>`);
const why = 'rules of thumb by intent; measured sharing and load decide';

export default defineRule({
  id: 'overcommit/memory-total',
  subject: 'host',
  guide: ['4'],
  severity: 'warning',
  says: 'The host can give all its guests their memory at once.',
  because: 'When guests ask for more than there is the host swaps, or its OOM killer ends a guest.',
  sources: [
    {
      grade: 'documented',
      at: 'SUSE Virtualization Best Practices, 4: if all guests request all their resources the host needs to be able to provide them',
    },
  ],
  intents: {
    density: { level: 'neutral', want: 'up to 1.5 with KSM and swap' },
    latency: { level: 'must', want: '0.9' },
    hpc: { level: 'must', want: '0.9' },
  },
  params: {
    general: { default: 1, unit: 'of the memory for guests', range: [0, 10], why },
    database: { default: 1, unit: 'of the memory for guests', range: [0, 10], why },
    latency: { default: 0.9, unit: 'of the memory for guests', range: [0, 10], why },
    density: { default: 1.5, unit: 'of the memory for guests', range: [0, 10], why },
    desktop: { default: 1.5, unit: 'of the memory for guests', range: [0, 10], why },
    migratable: { default: 1, unit: 'of the memory for guests', range: [0, 10], why },
    hpc: { default: 0.9, unit: 'of the memory for guests', range: [0, 10], why },
  },
  costs: ['Guests get less memory, or fewer guests run here.'],
  needs: {
    committed: ({ guests: all }) => committedGuests(all),
    promised: ({ host, guests: all }) => memoryCommitment(host, all),
    swap: ({ host }) => ifKnown(diskSwap(host.memory)),
    saved: ({ host }) => ifKnown(ksmSaved(host.memory)),
    excess: ({ host, guests: all }) => ifKnown(poolExcess(host, all)),
  },
  check({ committed, promised, swap, saved, excess = bytes(0) }, { intentsOf, params }) {
    const { capacity, demand } = promised;
    if (committed.length === 0) return notApplicable('no guest runs or starts with the host');
    const limit = Math.min(...committed.flatMap(guest => intentsOf(guest).map(intent => params[intent])));
    const missing = promised.of - promised.known;
    const border = bytes(Math.floor(capacity * limit));
    const times =
      demand > 100 * capacity
        ? 'and there is hardly any for guests'
        : `${(demand / capacity).toFixed(2)} times what there is for guests`;
    if (demand <= border) {
      if (missing === 0) return good;
      return undecided(
        `the memory of ${missing} of ${promised.of} committed guests is unknown`,
        promised.missing?.remedy,
      );
    }
    if (demand <= (capacity + excess) * limit)
      return notApplicable('huge pages that nobody needs take it: host-memory/hugepages-starving-host');
    const backed = capacity + (swap?.size ?? 0) + (saved ?? 0);
    const isDangerous = demand > backed;
    const largest = committed.length === 1 ? '' : ` by the ${committed.length} committed guests`;
    return bad(`${printBytes(demand)} of memory is promised${largest}, ${times}`, {
      severity: isDangerous ? 'error' : 'warning',
      wants: `at most ${printBytes(border)} (${limit} × ${printBytes(capacity)} for guests)`,
      so: isDangerous
        ? 'not even swap holds it: the OOM killer ends guests when they use what they were promised'
        : 'the host swaps when guests use what they were promised',
      otherwise: `Take ${printBytes(bytes(demand - border))} from guests that do not use it (nearmetal facts shows balloon.rss), or move guests to another host.`,
    });
  },
  examples: [
    {
      name: 'three guests of 24 GiB on 64 GiB',
      guest: "<memory unit='GiB'>24</memory>",
      others: guests(2, 24),
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'swap holds the rest',
      guest: "<memory unit='GiB'>32</memory>",
      others: guests(1, 32),
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'two guests of 24 GiB', guest: "<memory unit='GiB'>24</memory>", others: guests(1, 24), expect: 'good' },
    {
      name: 'density may promise half as much again',
      guest: { xml: "<memory unit='GiB'>40</memory>", intents: ['density'] },
      others: [{ xml: "<memory unit='GiB'>40</memory>", intents: ['density'] }],
      expect: 'good',
    },
    ...(['database', 'latency', 'desktop', 'migratable', 'hpc'] as const).map(intent => ({
      name: `${intent} in a sixteenth of the host`,
      guest: { xml: '', intents: [intent] },
      expect: 'good' as const,
    })),
    {
      name: 'guests that are off and do not start by themselves do not count',
      guest: "<memory unit='GiB'>24</memory>",
      others: [{ xml: "<memory unit='GiB'>48</memory>", isRunning: false }],
      expect: 'good',
    },
    {
      name: 'a guest that cannot be read does not hide that the rest is too much',
      guest: "<memory unit='GiB'>80</memory>",
      others: ['<memory>much</memory>'],
      expect: 'bad',
      severity: 'error',
    },
    { name: 'a guest that cannot be read', others: ['<memory>much</memory>'], expect: 'unknown' },
    { name: 'libvirt did not answer', libvirt: null, expect: 'unknown' },
  ],
});
