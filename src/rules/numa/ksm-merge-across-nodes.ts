import { setKsm } from '#change/kinds/ksm';
import { makeKnobLast } from '#change/recipes/lasting-knob';
import { defineRule } from '#check/define-rule';
import { listNames } from '#check/list-names';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { isMemoryBound } from '#model/derived/is-memory-bound';
import { knobAtBoot } from '#model/derived/knob-at-boot';
import { canUnmerge } from '#model/derived/ksm-savings';
import { mergeableGuests } from '#model/derived/mergeable-guests';
import { asFact, ifKnown, type Known, type Unknown, valueIfKnown } from '#model/known';

const path = '/sys/kernel/mm/ksm/merge_across_nodes';
const on = (across: number, sharing = 0) => ({
  '/sys/kernel/mm/ksm/run': '1',
  [path]: String(across),
  '/sys/kernel/mm/ksm/pages_sharing': String(sharing),
});
const strict = "<numatune><memory mode='strict' nodeset='0'/></numatune>";

const ksmtuned = {
  '/usr/lib/systemd/system/ksmtuned.service': '[Service]\nExecStart=/bin/true\n',
  '/run/systemd/units/invocation:ksmtuned.service': '-> 0',
};
const isUnknown = (fact: Known<unknown>): fact is Unknown => fact.state === 'unknown';

export default defineRule({
  id: 'numa/ksm-merge-across-nodes',
  subject: 'host',
  guide: ['4.1.4'],
  severity: 'warning',
  says: 'KSM keeps the memory of guests that are bound to a node, or must be quick, on their own node.',
  because:
    'A page merged across nodes lies on one of them: guests on the others read it over the link between sockets.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.4' },
    { grade: 'documented', at: 'linux: admin-guide/mm/ksm.rst, merge_across_nodes: only while nothing is merged' },
  ],
  when: { hypervisor: 'kvm', numaNodes: '>=2' },
  intents: {
    general: { level: 'neutral', want: '1' },
    database: { level: 'must', want: '0' },
    latency: { level: 'must', want: '0' },
    density: { level: 'neutral', want: '1' },
    desktop: { level: 'neutral', want: '1' },
    migratable: { level: 'neutral', want: '1' },
    hpc: { level: 'must', want: '0' },
  },
  params: {},
  costs: [
    'Equal pages of different nodes are kept twice.',
    'What is merged must be given back first, and be found again.',
  ],
  departs: [
    {
      guideSays: 'echo 0 > /sys/kernel/mm/ksm/merge_across_nodes',
      truth: 'The kernel refuses (EBUSY) while any page is merged: run 2 comes first.',
      source: 'linux: admin-guide/mm/ksm.rst, merge_across_nodes',
      errata: ['X15'],
      guideSame: '0 is asked for either way; only the steps to it differ',
    },
  ],
  needs: {
    ksm: ({ host }) => host.memory.ksm,
    mergeable: ({ guests }) => mergeableGuests(guests),
    room: ({ host }) => asFact(canUnmerge(host.memory)),
    boot: ({ host }) => ifKnown(knobAtBoot(host, path)),
  },
  check({ ksm, mergeable, room, boot }, { intentsOf }) {
    if (ksm.run !== 1) return notApplicable('KSM does not run');
    if (ksm.mergeAcrossNodes === undefined) return notApplicable('this kernel knows no merge_across_nodes');
    if (ksm.mergeAcrossNodes === 0) return good;
    const quick = mergeable.guests.filter(guest =>
      intentsOf(guest).some(intent => intent === 'latency' || intent === 'hpc' || intent === 'database'),
    );
    const bound = mergeable.guests.filter(({ config }) => isMemoryBound(config));
    const all = [...new Set([...bound, ...quick])];
    const missing = mergeable.missing ?? mergeable.guests.map(one => one.config.numatune).find(isUnknown);
    if (all.length === 0) return missing === undefined ? good : undecided(missing.reason, missing.remedy);
    const canMove = valueIfKnown(room) === true;
    const kept = makeKnobLast(path, '0', '0', boot);
    const steps = `echo 2 > /sys/kernel/mm/ksm/run; echo 0 > ${path}; echo 1 > /sys/kernel/mm/ksm/run`;
    const later = `Too little memory is free to give all guests their own pages again: it is set at the next boot, or when there is room: ${steps}.`;
    const told = [kept.otherwise ?? '', canMove ? '' : later].filter(text => text !== '').join(' ');
    return bad(
      `KSM merges pages across nodes (merge_across_nodes 1), also those of ${listNames(all.map(({ name }) => name))}`,
      {
        wants: 'merge_across_nodes 0',
        so:
          bound.length > 0 ? 'memory bound to a node is read from another' : 'they read merged pages from another node',
        fix: [
          ...(canMove ? [setKsm({ run: 1, mergeAcrossNodes: 1 }, { run: 1, mergeAcrossNodes: 0 })] : []),
          ...kept.fix,
        ],
        ...(told === '' ? {} : { otherwise: told }),
      },
    );
  },
  examples: [
    {
      name: 'a guest bound to a node',
      guest: strict,
      files: on(1),
      expect: 'bad',
      severity: 'warning',
      fixes: ['ksm', 'tmpfiles'],
    },
    { name: 'not across', guest: strict, files: on(0), expect: 'good' },
    { name: 'a latency guest', intents: ['latency'], files: on(1), expect: 'bad', fixes: ['ksm', 'tmpfiles'] },
    { name: 'density without binding', intents: ['density'], files: on(1), expect: 'good' },
    {
      name: 'too much is merged to undo it',
      guest: strict,
      files: on(1, 20_000_000),
      expect: 'bad',
      fixes: ['tmpfiles'],
    },
    {
      name: 'ksmtuned starts and stops it, and leaves the scope alone',
      guest: strict,
      files: { ...on(1), ...ksmtuned },
      expect: 'bad',
      fixes: ['ksm', 'tmpfiles'],
    },
    { name: 'KSM off', guest: strict, expect: 'not-applicable' },
    {
      name: 'one node',
      guest: strict,
      files: { ...on(1), '/sys/devices/system/node/online': '0', '/sys/devices/system/node/node1/': null },
      expect: 'not-applicable',
    },
    { name: 'a nodeset that cannot be read', guest: strict.replace("'0'", "'near'"), files: on(1), expect: 'unknown' },
    { name: 'not readable', files: { ...on(1), '/sys/kernel/mm/ksm/run': 'denied' }, expect: 'unknown' },
  ],
});
