import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { committedGuests } from '#model/derived/committed-guests';
import { diskSwap } from '#model/derived/disk-swap';
import { guestCapacity } from '#model/derived/guest-capacity';
import { guestOverhead } from '#model/derived/guest-overhead';
import { ksmSaved } from '#model/derived/ksm-saved';
import { normalMemory } from '#model/derived/normal-memory';
import { poolExcess } from '#model/derived/pool-excess';
import { allKnown, chainKnown, ifKnown, mapKnown, sumKnown } from '#model/known';
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
    general: { default: 1, unit: 'of the memory for guests', why },
    database: { default: 1, unit: 'of the memory for guests', why },
    latency: { default: 0.9, unit: 'of the memory for guests', why },
    density: { default: 1.5, unit: 'of the memory for guests', why },
    desktop: { default: 1.5, unit: 'of the memory for guests', why },
    migratable: { default: 1, unit: 'of the memory for guests', why },
    hpc: { default: 0.9, unit: 'of the memory for guests', why },
  },
  costs: ['Guests get less memory, or fewer guests run here.'],
  needs: {
    capacity: ({ host }) => guestCapacity(host),
    committed: ({ guests: all }) => committedGuests(all),
    demand: ({ host, guests: all }) =>
      chainKnown(committedGuests(all), committed =>
        sumKnown(committed, ({ config }) =>
          mapKnown(
            allKnown({ own: normalMemory(config, host.memory), overhead: guestOverhead(config) }),
            ({ own, overhead }) => own + overhead,
          ),
        ),
      ),
    swap: ({ host }) => ifKnown(diskSwap(host.memory)),
    saved: ({ host }) => ifKnown(ksmSaved(host.memory)),
    excess: ({ host, guests: all }) => ifKnown(poolExcess(host, all)),
  },
  check({ capacity, committed, demand, swap, saved, excess = bytes(0) }, { intentsOf, params }) {
    if (committed.length === 0) return notApplicable('no guest runs or starts with the host');
    const limit = Math.min(...committed.flatMap(guest => intentsOf(guest).map(intent => params[intent])));
    const missing = demand.of - demand.known;
    const border = bytes(Math.floor(capacity * limit));
    const ratio = demand.sum / Math.max(1, capacity);
    if (demand.sum <= border) {
      if (missing === 0) return good;
      return undecided(`the memory of ${missing} of ${demand.of} committed guests is unknown`, demand.missing?.remedy);
    }
    if (demand.sum <= (capacity + excess) * limit)
      return notApplicable('huge pages that nobody needs take it: host-memory/hugepages-starving-host');
    const backed = capacity + (swap?.size ?? 0) + (saved ?? 0);
    const isDangerous = demand.sum > backed;
    const largest = committed.length === 1 ? '' : ` by the ${committed.length} committed guests`;
    return bad(
      `${printBytes(bytes(demand.sum))} of memory is promised${largest}, ${ratio.toFixed(2)} times what there is for guests`,
      {
        severity: isDangerous ? 'error' : 'warning',
        wants: `at most ${printBytes(border)} (${limit} × ${printBytes(capacity)} for guests)`,
        so: isDangerous
          ? 'not even swap holds it: the OOM killer ends guests when they use what they were promised'
          : 'the host swaps when guests use what they were promised',
        otherwise: `Take ${printBytes(bytes(demand.sum - border))} from guests that do not use it (nearmetal facts shows balloon.rss), or move guests to another host.`,
      },
    );
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
