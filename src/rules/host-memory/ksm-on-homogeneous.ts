import { startKsm } from '#change/recipes/ksm-switch';
import { makeKnobLast } from '#change/recipes/lasting-knob';
import { defineRule } from '#check/define-rule';
import { hugeXml, memoryXml } from '#check/reference/memory-files';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { isMemoryBound } from '#model/derived/is-memory-bound';
import { knobAtBoot } from '#model/derived/knob-at-boot';
import { ksmTuner, pagesOfScan, pagesToScanFor } from '#model/derived/ksm-scan';
import { isOvercommitted, memoryCommitment } from '#model/derived/memory-commitment';
import { mergeableGuests } from '#model/derived/mergeable-guests';
import { fewestKnownSystems, osGroups, tooFewSystems } from '#model/derived/os-groups';
import { chainKnown, ifKnown, known, mapKnown, valueIfKnown } from '#model/known';
import { printBytes } from '#units/bytes';

const folder = '/sys/kernel/mm/ksm';
const run = `${folder}/run`;
const sles = (count: number, gib: number) => Array.from({ length: count }, () => memoryXml(gib));
const without = { xml: memoryXml(24), without: ['metadata'] };
/** How long ksmd sleeps at boot; how much it scans, now and at boot. */
const pace = ['tmpfiles', 'sysfs', 'tmpfiles'];
const service = { '/usr/lib/systemd/system/ksm.service': '[Service]\nType=oneshot\nExecStart=/bin/true\n' };

export default defineRule({
  id: 'host-memory/ksm-on-homogeneous',
  subject: 'host',
  guide: ['4.1.4'],
  severity: 'hint',
  says: 'KSM runs where many guests of one system share a host that is short of memory.',
  because: 'Guests of one system hold many equal pages; merged, they take their memory once.',
  sources: [
    {
      grade: 'documented',
      at: 'SUSE Virtualization Best Practices, 4.1.4: good for multiple instances of the same guest',
    },
    { grade: 'documented', at: 'linux: admin-guide/mm/ksm.rst, run' },
  ],
  when: { hypervisor: 'kvm' },
  intents: {
    density: { level: 'must' },
    desktop: { level: 'should' },
    general: { level: 'neutral', want: 'where memory is overcommitted' },
    database: { level: 'must-not' },
    latency: { level: 'must-not' },
    hpc: { level: 'must-not' },
  },
  params: {
    equalShare: {
      default: 0.6,
      unit: 'of the guests with a known system',
      why: 'with fewer equal guests little is shared',
    },
    fewestGuests: { default: 3, unit: 'guests', why: 'a page is saved only where several have it' },
    shortestMs: { default: 1000, unit: 'ms', why: 'host-memory/ksm-sleep asks for more' },
    sleepMs: { default: 2000, unit: 'ms', why: 'the sleep that host-memory/ksm-sleep sets' },
    fewestPages: { default: 1000, unit: 'pages', why: 'where the guide starts' },
    mostPages: { default: 10000, unit: 'pages', why: 'more are worth a look at what ksmd takes' },
    targetSeconds: { default: 1800, unit: 's', why: 'a full scan in half an hour finds pages while they last' },
  },
  costs: [
    'ksmd takes CPU time.',
    'A guest waits for a copy when it writes to a merged page.',
    'Guests can tell by timing what others have in memory.',
    'Transparent huge pages are split where parts of them are merged.',
  ],
  departs: [
    {
      guideSays: 'systemctl enable --now ksm.service, or echo 1 > run.',
      truth: 'echo 1 is gone after a reboot; tmpfiles.d keeps it.',
      source: 'linux: admin-guide/mm/ksm.rst, run',
      errata: ['X58'],
      guideCheck: 'equal guests are enough, memory need not be short',
    },
  ],
  needs: {
    ksm: ({ host }) => host.memory.ksm,
    mergeable: ({ guests }) => mergeableGuests(guests),
    groups: ({ guests }) => chainKnown(mergeableGuests(guests), ({ guests: all }) => osGroups(all)),
    commitment: ({ host, guests }) => memoryCommitment(host, guests),
    tuner: ({ host }) => ifKnown(ksmTuner(host)),
    services: ({ host }) => ifKnown(host.services),
    nodes: ({ host }) => ifKnown(mapKnown(host.nodes, all => all.length)),
    scan: ({ host, guests }) => ifKnown(pagesOfScan(host, guests)),
    boot: ({ host }) =>
      known({
        boot: valueIfKnown(knobAtBoot(host, run)),
        scopeAtBoot: valueIfKnown(knobAtBoot(host, `${folder}/merge_across_nodes`)),
        sleep: valueIfKnown(knobAtBoot(host, `${folder}/sleep_millisecs`)),
        pages: valueIfKnown(knobAtBoot(host, `${folder}/pages_to_scan`)),
      }),
  },
  check(facts, { intentsOf, params, policy }) {
    const { ksm, mergeable, groups, commitment, tuner, services = [], nodes = 1, boot, scan = 0 } = facts;
    if (ksm.run === 1) return good;
    if (tuner !== undefined) return notApplicable(`${tuner} starts KSM when memory gets short`);
    const named = (...wanted: readonly string[]): number =>
      mergeable.guests.filter(guest => intentsOf(guest).some(intent => wanted.includes(intent))).length;
    const against = named('latency', 'hpc', 'database');
    if (against > 0)
      return notApplicable(`${against} guests that need steady speed would be scanned: nosharepages first`);
    const isShort = isOvercommitted(commitment) || policy === 'guide';
    const [largest = []] = [...groups.groups.values()];
    const isEqual = largest.length >= params.fewestGuests && largest.length >= params.equalShare * groups.known;
    const dense = named('density');
    if (mergeable.guests.length === 0 || (dense + named('desktop') === 0 && !isShort)) {
      if (mergeable.missing !== undefined) return undecided(mergeable.missing.reason, mergeable.missing.remedy);
      return notApplicable('memory is not short, or no guest’s memory can be merged');
    }
    if (dense + named('desktop') === 0 && groups.known < fewestKnownSystems) {
      const { reason, remedy } = tooFewSystems(groups);
      return undecided(reason, remedy);
    }
    if (dense + named('desktop') === 0 && !isEqual) return notApplicable('the guests are of different systems');
    const alike = isEqual ? `${largest.length} guests of one system` : 'desktop guests';
    const who = dense > 1 ? `${dense} density guests` : dense === 1 ? 'a density guest' : alike;
    const { sleepMs, fewestPages, mostPages, targetSeconds } = params;
    const sleep = ksm.sleepMs > params.shortestMs ? ksm.sleepMs : sleepMs;
    const least = pagesToScanFor(scan, sleep, { targetSeconds, leastSleepMs: sleep, fewestPages, mostPages });
    const started = [
      makeKnobLast(`${folder}/sleep_millisecs`, String(ksm.sleepMs), String(sleep), boot.sleep),
      makeKnobLast(
        `${folder}/pages_to_scan`,
        String(ksm.pagesToScan),
        String(Math.max(ksm.pagesToScan, least)),
        boot.pages,
      ),
      startKsm(ksm, services, {
        within: nodes > 1 && mergeable.guests.some(({ config }) => isMemoryBound(config)),
        ...boot,
      }),
    ];
    const otherwise = started.flatMap(one => one.otherwise ?? []);
    return bad(`KSM is off, with ${who} on the host`, {
      severity: dense > 0 ? 'warning' : 'hint',
      wants: 'KSM running',
      so: `equal pages of ${printBytes(mergeable.memory)} are kept once for each guest`,
      guests: mergeable.guests.map(({ name }) => name),
      fix: started.flatMap(({ fix }) => fix),
      ...(otherwise.length === 0 ? {} : { otherwise: otherwise.join(' ') }),
    });
  },
  examples: [
    {
      name: 'ten equal guests, 1.4 times the memory',
      others: sles(10, 8),
      expect: 'bad',
      severity: 'hint',
      fixes: [...pace, 'ksm', 'tmpfiles'],
    },
    { name: 'the same with KSM on', files: { [run]: '1' }, others: sles(10, 8), expect: 'good' },
    { name: 'SUSE’s service', files: service, others: sles(10, 9), expect: 'bad', fixes: [...pace, 'service'] },
    {
      name: 'a guest bound to a node: merged within nodes only',
      guest: memoryXml(8, "<numatune><memory mode='strict' nodeset='0'/></numatune>"),
      others: sles(10, 8),
      expect: 'bad',
      fixes: [...pace, 'ksm', 'tmpfiles', 'tmpfiles'],
    },
    {
      name: 'at a pace that is right already',
      files: { [`${folder}/sleep_millisecs`]: '2000', [`${folder}/pages_to_scan`]: '10000' },
      others: sles(10, 8),
      expect: 'bad',
      fixes: ['tmpfiles', 'tmpfiles', 'ksm', 'tmpfiles'],
    },
    { name: 'density', intents: ['density'], expect: 'bad', severity: 'warning' },
    { name: 'desktops', intents: ['desktop'], expect: 'bad', severity: 'hint' },
    { name: 'memory for all', others: sles(3, 4), expect: 'not-applicable' },
    { name: 'memory for all, by the guide', policy: 'guide', others: sles(3, 4), expect: 'bad' },
    { name: 'a database among them', others: sles(10, 9), intents: ['density', 'database'], expect: 'not-applicable' },
    { name: 'all on huge pages', guest: hugeXml(4), intents: ['density'], expect: 'not-applicable' },
    { name: 'systems unknown', guest: without, others: [without, without], expect: 'unknown' },
    { name: 'no KSM in this kernel', files: { '/sys/kernel/mm/ksm/': null }, expect: 'not-applicable' },
  ],
});
