import { defineRule } from '#check/define-rule';
import { bad, good, undecided } from '#check/verdict';
import { committedGuests } from '#model/derived/committed-guests';
import { hostReserve } from '#model/derived/host-reserve';
import { chainKnown, known, mapKnown, orAbsent, sumKnown } from '#model/known';
import { bytes, printBytes } from '#units/bytes';

const upTo = (gib: number): string =>
  `<maxMemory slots='16' unit='GiB'>${gib}</maxMemory><cpu mode='host-model'><numa><cell id='0' cpus='0-1' memory='4' unit='GiB'/></numa></cpu>`;

export default defineRule({
  id: 'guest-memory/hotplug-host-can-back',
  subject: 'host',
  guide: ['4.1.5'],
  severity: 'info',
  says: 'The host could give all guests the memory that can be plugged into them.',
  because: 'A ceiling for hotplug is a promise; when several guests call it in at once the host swaps or kills.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.5' },
    { grade: 'documented', at: 'libvirt: formatdomain, maxMemory' },
  ],
  intents: {},
  params: {},
  costs: ['Guests can grow less.'],
  needs: {
    total: ({ host }) => host.memory.total,
    reserve: ({ host }) => hostReserve(host.memory),
    ceilings: ({ guests }) =>
      chainKnown(committedGuests(guests), all =>
        sumKnown(all, ({ config }) =>
          chainKnown(orAbsent(config.maxMemory), max => (max === undefined ? config.memory : known(max.size))),
        ),
      ),
    pluggable: ({ guests }) =>
      chainKnown(committedGuests(guests), all =>
        sumKnown(all, ({ config }) => mapKnown(orAbsent(config.maxMemory), max => (max === undefined ? 0 : 1))),
      ),
  },
  check({ total, reserve, ceilings, pluggable }) {
    const room = bytes(Math.max(0, total - reserve));
    if (pluggable.sum === 0 && pluggable.known === pluggable.of) return good;
    if (ceilings.sum > room && pluggable.sum > 0) {
      return bad(
        `guests may grow to ${printBytes(bytes(ceilings.sum))} together, and the host has ${printBytes(room)} for them`,
        {
          wants: `at most ${printBytes(room)}`,
          otherwise: 'Lower maxMemory of guests that will not need it, or watch what is plugged in.',
        },
      );
    }
    return ceilings.known < ceilings.of
      ? undecided(
          `the ceiling of ${ceilings.of - ceilings.known} of ${ceilings.of} committed guests is unknown`,
          ceilings.missing?.remedy,
        )
      : good;
  },
  examples: [
    { name: 'two guests of up to 64 GiB on 64 GiB', guest: upTo(64), others: [upTo(64)], expect: 'bad' },
    { name: 'two of up to 24 GiB', guest: upTo(24), others: [upTo(24)], expect: 'good' },
    { name: 'no hotplug anywhere', guest: "<memory unit='GiB'>80</memory>", expect: 'good' },
    {
      name: 'a ceiling that cannot be read',
      guest: upTo(24),
      others: ["<maxMemory slots='1'>much</maxMemory>"],
      expect: 'unknown',
    },
    { name: 'libvirt did not answer', libvirt: null, expect: 'unknown' },
  ],
});
