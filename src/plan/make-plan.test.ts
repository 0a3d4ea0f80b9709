import assert from 'node:assert/strict';
import test from 'node:test';
import type { Change } from '#change/change';
import { setConfigKey } from '#change/kinds/config-key';
import { editDomain } from '#change/kinds/domain-xml';
import { setHugePagePool } from '#change/kinds/huge-page-pool';
import { setKernelCommandLine } from '#change/kinds/kernel-command-line';
import { setKsm } from '#change/kinds/ksm';
import { setService } from '#change/kinds/service';
import { setSysctl } from '#change/kinds/sysctl';
import type { Found } from '#check/conflict';
import { defineRule } from '#check/define-rule';
import type { Example } from '#check/example';
import type { Outcome, Subject } from '#check/outcome';
import { bad, type Finding } from '#check/verdict';
import { exampleSources } from '#cli/examples/example-sources';
import { sightOfPlace } from '#cli/sight-of-place';
import { collectMachine } from '#collect/machine';
import { known } from '#model/known';
import { makePlan } from '#plan/make-plan';
import type { Plan } from '#plan/plan';
import { changeOrder } from '#rules/order';
import { gib, mib } from '#units/bytes';

const waiver = { rule: 'test/x', reason: 'it is so', owner: 'me', until: '2099-01-01' };

/** A finding of a rule of that name. */
function found(
  id: string,
  finding: Finding,
  more: Partial<Pick<Found, 'severity' | 'after' | 'tradeOffs'>> & { guest?: string } = {},
): Found {
  const { guest, severity = 'warning', ...rest } = more;
  const rule = defineRule({
    id: `test/${id}`,
    subject: 'host',
    guide: ['4'],
    severity: 'warning',
    says: 'It is so.',
    because: 'It must be.',
    sources: [{ grade: 'documented', at: 'this test' }],
    intents: {},
    params: {},
    costs: [`the cost of ${id}`],
    needs: { fact: () => known(1) },
    check: () => bad('it is not'),
    examples: [],
  });
  const subject: Subject =
    guest === undefined ? { kind: 'host', name: 'h', source: 'test' } : { kind: 'guest', name: guest, source: 'test' };
  return {
    rule,
    subject,
    intents: [],
    outcome: 'bad',
    severity,
    finding: { verdict: 'bad', saw: `${id} is wrong`, ...finding },
    evidence: [],
    ...rest,
  };
}

function planFor(
  outcomes: readonly Outcome[],
  example: Partial<Example> = {},
  asked: ReadonlySet<string> = new Set(),
): Plan {
  const place = {
    source: 'test',
    extent: 'host' as const,
    sources: exampleSources({ name: 'test', expect: 'bad', ...example }),
  };
  return makePlan({
    tool: 'nearmetal 0',
    machine: collectMachine(place),
    policy: 'current',
    intents: [],
    asked,
    outcomes,
    order: changeOrder,
    sight: sightOfPlace(place),
  });
}

const told = ({ changes }: Plan): readonly string[] => changes.map(({ change: { kind, on } }) => `${kind} ${on}`);

const edit = (path: string, content: string | undefined, guest = 'guest1'): Change =>
  editDomain(guest, [{ path, content: undefined }], [{ path, content }]);
const [swappiness] = setSysctl('vm.swappiness', '60', '5');
const off = { isEnabled: false, isActive: false };
const on = { isEnabled: true, isActive: true };

test('what two findings ask for in the same way is done once, for both', () => {
  const plan = planFor([found('one', { fix: [swappiness] }), found('two', { fix: [swappiness] })]);
  assert.deepEqual(told(plan), ['sysctl vm.swappiness']);
  const [change] = plan.changes;
  assert.deepEqual(
    change?.because.map(({ rule }) => rule),
    ['test/one', 'test/two'],
  );
  assert.deepEqual(change?.costs, ['the cost of one', 'the cost of two']);
  assert.equal(change?.diff, 'vm.swappiness: 60 → 5\n');
  assert.deepEqual(plan.byHand, []);
});

test('what needs something that nobody knows of is planned only where its rule is named', () => {
  const finding = { fix: [swappiness], onlyAsked: 'Whether it has a driver is not known: look.' };
  const plan = planFor([found('one', finding)]);
  assert.deepEqual(told(plan), []);
  assert.deepEqual(
    plan.byHand.map(({ doThis }) => doThis),
    ['Whether it has a driver is not known: look. Then: nearmetal plan --rule test/one.'],
  );
  const asked = planFor([found('one', finding)], {}, new Set(['test/one']));
  assert.deepEqual(told(asked), ['sysctl vm.swappiness']);
  assert.deepEqual(asked.byHand, []);
});

test('two values for one knob are never both planned: the graver finding is followed, and the other one is told of it', () => {
  const [lower] = setSysctl('vm.swappiness', '60', '1');
  const plan = planFor([
    found('hint', { fix: [lower] }, { severity: 'hint' }),
    found('grave', { fix: [swappiness] }, { severity: 'error' }),
  ]);
  assert.deepEqual(
    plan.changes.map(({ change }) => change.after),
    ['5'],
  );
  assert.deepEqual(
    plan.byHand.map(({ rule }) => rule),
    ['test/hint'],
  );
  assert.match(plan.byHand[0]?.doThis ?? '', /test\/hint \(host\) and test\/grave \(host\) want different things/);
});

test('a finding of which one change is not possible for another one is left to a person as a whole', () => {
  const [lower] = setSysctl('vm.swappiness', '60', '1');
  const ksm = setKsm({ run: 0, mergeAcrossNodes: 1 }, { run: 1, mergeAcrossNodes: 1 });
  const plan = planFor([found('a', { fix: [swappiness] }), found('b', { fix: [lower, ksm] })]);
  assert.deepEqual(told(plan), ['sysctl vm.swappiness']);
});

test('the definition of a guest is written once, with all that is asked of it', () => {
  const plan = planFor(
    [
      found('locked', { fix: [edit('memoryBacking/locked', '<locked/>')] }),
      found('shared', { fix: [edit('memoryBacking/nosharepages', '<nosharepages/>')] }),
      found('again', { fix: [edit('memoryBacking/locked', '<locked/>')] }),
    ],
    { guest: { xml: '', isRunning: false } },
  );
  assert.deepEqual(told(plan), ['domain-xml guest1']);
  assert.match(plan.changes[0]?.diff ?? '', /\+ {2}<memoryBacking>\n\+ {4}<nosharepages\/>\n\+ {4}<locked\/>\n/);
  assert.equal(plan.changes[0]?.epoch, 'at-once', 'it is off: nothing is left to wait for');
  assert.match(plan.changes[0]?.migration ?? '', /must have all its memory free/);
});

test('an element is not replaced by one finding and edited by another', () => {
  const plan = planFor([
    found('a', { fix: [edit('cpu/topology', "<topology sockets='1' cores='2' threads='1'/>")] }, { severity: 'error' }),
    found('b', { fix: [edit('cpu/topology/@dies', '1')] }),
  ]);
  assert.deepEqual(
    plan.byHand.map(({ rule }) => rule),
    ['test/b'],
  );
});

test('a guest on 1 GiB pages waits for the reboot that reserves them, and its other changes do not wait with it', () => {
  const line = setKernelCommandLine('GRUB_CMDLINE_LINUX_DEFAULT', [], ['hugepagesz=1G', 'hugepages=4']);
  const backed = edit('memoryBacking/hugepages', "<hugepages><page size='1048576' unit='KiB'/></hugepages>");
  const plan = planFor([
    found('backed', { fix: [backed] }, { severity: 'error' }),
    found('pool', { fix: [line] }),
    found('locked', { fix: [edit('memoryBacking/locked', '<locked/>')] }),
  ]);
  assert.deepEqual(told(plan), [
    'domain-xml guest1',
    'kernel-command-line GRUB_CMDLINE_LINUX_DEFAULT',
    'domain-xml guest1',
  ]);
  assert.deepEqual(
    plan.changes.map(({ waitsFor }) => waitsFor),
    [[], [], [2]],
  );
  assert.deepEqual(
    plan.changes[2]?.because.map(({ rule }) => rule),
    ['test/backed'],
  );
});

test('what waits for the restart of a daemon does not hold up the other changes of the guest either', () => {
  const backed = edit('memoryBacking/hugepages', "<hugepages><page size='2048' unit='KiB'/></hugepages>");
  const plan = planFor([
    found('backed', { fix: [backed] }, { severity: 'error' }),
    found('listed', { fix: [setConfigKey('/etc/libvirt/qemu.conf', 'hugetlbfs_mount', undefined, '/dev/hugepages')] }),
    found('locked', { fix: [edit('memoryBacking/locked', '<locked/>')] }),
  ]);
  const late = plan.changes.find(({ because }) => because.some(({ rule }) => rule === 'test/backed'));
  const soon = plan.changes.find(({ because }) => because.some(({ rule }) => rule === 'test/locked'));
  assert.equal(plan.changes.length, 3);
  assert.deepEqual(soon?.waitsFor, []);
  assert.equal(late?.waitsFor.length, 1);
});

test('pages that are there at once wait for nothing that only keeps them', () => {
  const pool = setHugePagePool(gib(1), undefined, 0, 4);
  const line = setKernelCommandLine('GRUB_CMDLINE_LINUX_DEFAULT', [], ['hugepagesz=1G', 'hugepages=4']);
  const backed = edit('memoryBacking/hugepages', "<hugepages><page size='1' unit='GiB'/></hugepages>");
  const plan = planFor([
    found('backed', { fix: [backed] }, { severity: 'error' }),
    found('pool', { fix: [pool, line] }),
    found('locked', { fix: [edit('memoryBacking/locked', '<locked/>')] }),
  ]);
  const edits = plan.changes.filter(({ change }) => change.kind === 'domain-xml');
  assert.deepEqual(
    edits.map(({ waitsFor }) => waitsFor),
    [[]],
  );
});

test('pages that can be had at once come before the guest, which does not wait for a reboot', () => {
  const pool = setHugePagePool(mib(2), undefined, 0, 512);
  const backed = edit('memoryBacking/hugepages', "<hugepages><page size='2048' unit='KiB'/></hugepages>");
  const plan = planFor([found('backed', { fix: [backed] }, { severity: 'error' }), found('pool', { fix: [pool] })]);
  assert.deepEqual(told(plan), [
    'huge-page-pool /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages',
    'domain-xml guest1',
  ]);
  assert.deepEqual(plan.changes[1]?.waitsFor, []);
});

test('a service that writes to a knob is stopped before the knob is written', () => {
  const files = {
    '/usr/lib/systemd/system/ksmtuned.service':
      '[Service]\nExecStart=/usr/sbin/ksmtuned\n[Install]\nWantedBy=multi-user.target\n',
    '/etc/systemd/system/multi-user.target.wants/ksmtuned.service': '-> /usr/lib/systemd/system/ksmtuned.service',
    '/sys/kernel/mm/ksm/run': '1\n',
  };
  const ksm = setKsm({ run: 1, mergeAcrossNodes: 1 }, { run: 0, mergeAcrossNodes: 1 });
  const plan = planFor(
    [found('a', { fix: [ksm] }, { severity: 'error' }), found('b', { fix: [setService('ksmtuned.service', on, off)] })],
    { files },
  );
  assert.deepEqual(told(plan), ['service ksmtuned.service', 'ksm /sys/kernel/mm/ksm']);
});

test('what one finding says goes first goes first', () => {
  const [other] = setSysctl('kernel.numa_balancing', '1', '0');
  const first = found('b', { fix: [swappiness] });
  const after = [{ rule: 'test/b', why: 'it must' }];
  assert.deepEqual(told(planFor([found('a', { fix: [other] }, { after }), first])), [
    'sysctl vm.swappiness',
    'sysctl kernel.numa_balancing',
  ]);
  assert.deepEqual(told(planFor([found('a', { fix: [other] }), first])), [
    'sysctl kernel.numa_balancing',
    'sysctl vm.swappiness',
  ]);
  const circle = found('b', { fix: [swappiness] }, { after: [{ rule: 'test/a', why: 'it must' }] });
  assert.equal(planFor([found('a', { fix: [other] }, { after }), circle]).changes.length, 2);
});

test('a guest that another manager owns is left alone, and its changes are to be made there', () => {
  const xml = "<metadata><nova:instance xmlns:nova='http://openstack.org/xmlns/libvirt/nova/1.1'/></metadata>";
  const plan = planFor([found('a', { fix: [edit('memoryBacking/locked', '<locked/>')] }, { guest: 'guest1' })], {
    guest: xml,
  });
  assert.deepEqual(plan.changes, []);
  assert.deepEqual(
    plan.blocked.map(({ on: guest, doThis }) => [guest, doThis]),
    [['guest guest1', 'Change it in OpenStack.']],
  );
  assert.equal(plan.byHand[0]?.doThis, 'Change it in OpenStack: add memoryBacking/locked: <locked/>.');
});

test('a guest that runs is changed live as well where libvirt can, and then nothing is left to its next start', () => {
  const pin = edit('cputune/emulatorpin', "<emulatorpin cpuset='0-1'/>");
  const plan = planFor([found('pin', { fix: [pin] })], { guest: '' });
  assert.deepEqual(told(plan), ['domain-live guest1', 'domain-xml guest1']);
  assert.deepEqual(
    plan.changes.map(({ epoch }) => epoch),
    ['at-once', 'at-once'],
  );
  const both = planFor(
    [found('pin', { fix: [pin] }), found('locked', { fix: [edit('memoryBacking/locked', '<locked/>')] })],
    { guest: '' },
  );
  assert.deepEqual(
    both.changes.map(({ change, epoch }) => [change.kind, epoch]),
    [
      ['domain-live', 'at-once'],
      ['domain-xml', 'guest-power-cycle'],
    ],
  );
});

test('what is so already, or cannot be made here, is not planned', () => {
  const [done] = setSysctl('vm.swappiness', '5', '60');
  const unknown: Change = { ...swappiness, kind: 'spell' };
  const plan = planFor([found('done', { fix: [done] }), found('strange', { fix: [unknown] })]);
  assert.deepEqual(plan.changes, []);
  assert.deepEqual(
    plan.byHand.map(({ rule, doThis }) => [rule, doThis]),
    [['test/strange', 'This nearmetal makes no changes of kind spell.']],
  );
});

test('what was seen is what a change starts from, whatever the rule thought', () => {
  const [wrong] = setSysctl('vm.swappiness', '30', '5');
  assert.equal(planFor([found('a', { fix: [wrong] })]).changes[0]?.change.before, '60');
});

test('what is good, waived or unknown asks for nothing', () => {
  const asked = found('a', { fix: [swappiness] });
  const { rule, subject, intents, severity, finding, evidence } = asked;
  const waived: Outcome = { rule, subject, intents, outcome: 'waived', severity, finding, evidence, waiver };
  const good: Outcome = { rule, subject, intents, outcome: 'good', evidence };
  const plan = planFor([waived, good, { rule, subject, intents, outcome: 'unknown', reason: 'it was not read' }]);
  assert.deepEqual([plan.changes, plan.byHand], [[], []]);
});

test('who else sets a knob is named: a file, a profile of tuned, a note of saptune', () => {
  const plan = planFor([found('a', { fix: [swappiness] })], {
    files: {
      '/etc/sysctl.d/50-local.conf': 'vm.swappiness = 60\n',
      '/run/saptune/parameter/vm.swappiness':
        '{"AllNotes":[{"NoteId":"start","Value":"60"},{"NoteId":"2684254","Value":"10"}]}',
    },
  });
  assert.deepEqual(plan.changes[0]?.owners, ['/etc/sysctl.d/50-local.conf:1', 'saptune note 2684254']);
});

test('what only keeps a value over reboots is in force at once when the value is there or comes with the plan', () => {
  const [live, stored] = setSysctl('vm.swappiness', '60', '5');
  const both = planFor([found('a', { fix: [live, stored] })]);
  assert.deepEqual(
    both.changes.map(({ change, epoch }) => [change.kind, epoch]),
    [
      ['sysctl', 'at-once'],
      ['sysctl-file', 'at-once'],
    ],
  );
  assert.match(both.changes[1]?.diff ?? '', /^--- \/dev\/null\n\+\+\+ \/etc\/sysctl\.d\/90-nearmetal\.conf\n/);
  assert.equal(planFor([found('a', { fix: [stored] })]).changes[0]?.epoch, 'host-reboot');
});

test('pages for guests that are to have them are added up in one pool, or their definitions stay as they are', () => {
  const wish = (guest: string, pages: number): Finding => ({
    fix: [edit('memoryBacking/hugepages', "<hugepages><page size='2048' unit='KiB'/></hugepages>", guest)],
    wish: { kind: 'reserve-huge-pages', detail: { guest, pages, pageSize: mib(2) } },
  });
  const guests: Partial<Example> = {
    guest: { xml: '', isRunning: false },
    others: [{ name: 'b', xml: '', isRunning: false }],
  };
  const idle = found('idle', { fix: [setHugePagePool(mib(2), undefined, 0, 100)] }, { severity: 'hint' });
  const plan = planFor([found('a', wish('guest1', 1000)), found('b', wish('b', 500)), idle], guests);
  const pool = plan.changes.find(({ change }) => change.kind === 'huge-page-pool');
  assert.equal(pool?.change.after, 1500);
  assert.ok(plan.changes.every(({ number, change }) => change.kind !== 'domain-xml' || number > (pool?.number ?? 99)));
  assert.ok(
    plan.changes.every(({ epoch, waitsFor }) => epoch === 'at-once' && waitsFor.length === 0),
    'nothing waits',
  );
  assert.ok(
    plan.changes.some(({ change }) => change.kind === 'sysctl-file'),
    'the pool is kept over reboots',
  );
  const tooMuch = planFor([found('a', wish('guest1', 1_000_000))], guests);
  assert.deepEqual(tooMuch.changes, []);
  assert.match(tooMuch.byHand[0]?.doThis ?? '', /more than this host can give/);
});

test('what a person has to do is told, with the trade-offs of what is planned', () => {
  const tradeOff = {
    instead: 'ballooning',
    rules: [],
    gained: 'speed',
    lost: 'memory',
    decidedBy: 'intent database',
    intent: 'database' as const,
  };
  const plan = planFor([
    found('a', { fix: [swappiness], otherwise: 'Tell the users.' }, { tradeOffs: [tradeOff] }),
    found('b', { otherwise: 'Buy memory.' }),
    found('c', { wish: { kind: 'place-guest', detail: { guest: 'guest1' } } }),
  ]);
  assert.deepEqual(
    plan.byHand.map(({ rule }) => rule),
    ['test/a', 'test/b', 'test/c'],
  );
  assert.match(plan.byHand[2]?.doThis ?? '', /virsh vcpupin guest1 VCPU CPUS --live --config/);
  assert.deepEqual(plan.changes[0]?.tradeOffs, [
    { instead: 'ballooning', gained: 'speed', lost: 'memory', intent: 'database' },
  ]);
});
