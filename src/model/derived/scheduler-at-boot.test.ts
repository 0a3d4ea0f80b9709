import assert from 'node:assert/strict';
import test from 'node:test';
import { parseUdevRules } from '#formats/conf/udev-rules';
import type { BlockDevice } from '#model/block-device';
import { isNamed, schedulerAtBoot } from '#model/derived/scheduler-at-boot';
import { known, unknown } from '#model/known';
import type { TunedSetting } from '#model/service';
import { sketchDisk, sketchHost } from '../../../test/sketches.js';

const disk = sketchDisk();

interface Setting {
  readonly rules?: string;
  readonly tmpfiles?: readonly (readonly [string, string])[];
  readonly tuned?: readonly Partial<TunedSetting>[];
  readonly commandLine?: readonly { readonly name: string; readonly value: string | undefined }[];
}

function boot(
  device: Partial<BlockDevice>,
  { rules = '', tmpfiles = [], tuned = [], commandLine = [] }: Setting,
): string {
  const host = sketchHost();
  const fact = schedulerAtBoot(
    {
      kernel: {
        ...host.kernel,
        commandLine: known(commandLine),
        schedulerRules: known([{ file: '/r', rules: parseUdevRules(rules) }]),
        tmpfiles: known(tmpfiles.map(([path, value], at) => ({ path, value, file: '/t', line: at + 1 }))),
      },
      tuned: {
        ...host.tuned,
        settings: known(
          tuned.map(setting => ({
            section: 'disk',
            plugin: 'disk',
            key: 'elevator',
            value: 'none',
            file: '/p',
            line: 1,
            devices: undefined,
            condition: undefined,
            ...setting,
          })),
        ),
      },
    },
    { ...disk, ...device },
  );
  return fact.state === 'known' ? `${fact.value.value} by ${fact.value.owner}` : fact.state;
}

test('nobody chooses: the kernel takes mq-deadline for one queue, none for several; with shared tags either is its own', () => {
  assert.equal(boot({}, {}), 'mq-deadline by the kernel');
  assert.equal(boot({ kind: 'nvme', queues: 8, scheduler: 'none' }, {}), 'none by the kernel');
  assert.equal(boot({ kind: 'nvme', queues: 8, scheduler: 'mq-deadline' }, {}), 'none by the kernel');
  assert.equal(boot({ queues: 8 }, {}), 'mq-deadline by the kernel');
  assert.equal(boot({ kind: 'loop', queues: 1, scheduler: 'none' }, {}), 'none by the kernel');
  assert.equal(boot({ schedulers: ['none'], scheduler: 'none' }, {}), 'none by the kernel');
  assert.equal(boot({ scheduler: undefined }, {}), 'absent');
  assert.equal(boot({ queues: undefined }, {}), 'unknown');
});

test('of udev rules the last that matches counts', () => {
  const rules = `ACTION=="add|change", KERNEL=="sd[a-z]*", ATTR{queue/rotational}=="1", ATTR{queue/scheduler}="bfq"
SUBSYSTEM=="block", ENV{DEVTYPE}=="disk", KERNEL=="sd*[!0-9]", ATTR{queue/rotational}=="0", ATTR{queue/scheduler}="none"
`;
  assert.equal(boot({}, { rules }), 'bfq by /r:1');
  assert.equal(boot({ isRotational: false }, { rules }), 'none by /r:2');
  assert.equal(boot({ name: 'vda' }, { rules }), 'mq-deadline by the kernel');
  assert.equal(boot({ isRotational: undefined }, { rules }), 'unknown');
});

const vendor = `SUBSYSTEM!="block", GOTO="end"
ACTION!="add|change", GOTO="end"
ENV{DEVTYPE}!="disk", GOTO="end"
TEST!="%S%p/queue/scheduler", GOTO="end"
ACTION!="change", KERNEL=="dm-*", GOTO="end"
ATTR{queue/zoned}!="none", GOTO="end"
ENV{DM_MULTIPATH_DEVICE_PATH}=="1", ATTR{queue/scheduler}="none", GOTO="end"
KERNEL=="loop[0-9]*", ATTR{queue/scheduler}="none", GOTO="end"
KERNEL=="vd[a-z]*", GOTO="end"
ATTR{queue/rotational}!="0", TEST!="%S%p/mq/1", ATTR{queue/scheduler}="bfq", GOTO="end"
LABEL="end"
`;

test('jumps, tests of files and properties, as in the rules of a vendor', () => {
  const properties = new Map([['ID_WWN', '0x5']]);
  assert.equal(boot({ properties }, { rules: vendor }), 'bfq by /r:10');
  assert.equal(boot({ properties, isRotational: false }, { rules: vendor }), 'mq-deadline by the kernel');
  assert.equal(boot({ properties, queues: 4 }, { rules: vendor }), 'mq-deadline by the kernel');
  assert.equal(boot({ properties: new Map([['DM_MULTIPATH_DEVICE_PATH', '1']]) }, { rules: vendor }), 'none by /r:7');
  assert.equal(boot({ name: 'vda', kind: 'virtio', properties }, { rules: vendor }), 'mq-deadline by the kernel');
  assert.equal(boot({ name: 'dm-0', kind: 'multipath', properties }, { rules: vendor }), 'bfq by /r:10');
  assert.equal(boot({ properties, zoned: 'host-managed' }, { rules: vendor }), 'mq-deadline by the kernel');
  // without udev's database it cannot be told whether the disk is a path of multipath
  assert.equal(boot({}, { rules: vendor }), 'unknown');
});

test('variables of the rules themselves and of the kernel command line', () => {
  const rules = `IMPORT{cmdline}="elevator"
ENV{elevator}=="?*", GOTO="end"
TEST=="%S%p/mq", ENV{.IS_MQ}="1"
ENV{.IS_MQ}=="1", ATTR{queue/rotational}!="0", ATTR{queue/scheduler}="bfq"
ENV{.IS_MQ}!="1", ATTR{queue/scheduler}="cfq"
LABEL="end"
`;
  assert.equal(boot({}, { rules }), 'bfq by /r:4');
  assert.equal(boot({}, { rules, commandLine: [{ name: 'elevator', value: 'noop' }] }), 'mq-deadline by the kernel');
});

test('what cannot be judged is neither yes nor no, unless a later rule is certain', () => {
  const doubtful = 'PROGRAM=="/bin/x", ATTR{queue/scheduler}="none"\n';
  assert.equal(boot({}, { rules: doubtful }), 'unknown');
  assert.equal(boot({}, { rules: `${doubtful}KERNEL=="sda", ATTR{queue/scheduler}="bfq"\n` }), 'bfq by /r:2');
  assert.equal(
    boot({}, { rules: 'ATTRS{vendor}=="ATA", GOTO="x"\nKERNEL=="sda", ATTR{queue/scheduler}="bfq"\nLABEL="x"\n' }),
    'unknown',
  );
  assert.equal(
    boot({}, { rules: 'SUBSYSTEMS=="scsi", KERNEL=="sdb", ATTR{queue/scheduler}="bfq"\n' }),
    'mq-deadline by the kernel',
  );
  assert.equal(boot({}, { rules: 'SUBSYSTEMS=="scsi", KERNELS=="sda", ATTR{queue/scheduler}="bfq"\n' }), 'bfq by /r:1');
});

test('tmpfiles.d comes after udev, tuned after both', () => {
  const rules = 'KERNEL=="sda", ATTR{queue/scheduler}="bfq"\n';
  const tmpfiles = [['/sys/block/*/queue/scheduler', 'none']] as const;
  assert.equal(boot({}, { rules, tmpfiles }), 'none by /t:1');
  assert.equal(boot({}, { rules, tmpfiles, tuned: [{ value: 'kyber' }] }), 'kyber by /p:1');
  assert.equal(boot({}, { rules, tuned: [{ devices: 'vd*' }] }), 'bfq by /r:1');
  assert.equal(boot({ isRemovable: true }, { rules, tuned: [{}] }), 'bfq by /r:1');
  assert.equal(boot({ kind: 'multipath' }, { rules, tuned: [{}] }), 'bfq by /r:1');
  assert.equal(boot({}, { rules, tuned: [{ condition: 'cpuinfo_regex=x' }] }), 'unknown');
  const sysfs = { plugin: 'sysfs', key: '/sys/block/sd?/queue/scheduler', value: 'none' };
  assert.equal(boot({}, { rules, tuned: [sysfs] }), 'none by /p:1');
});

test('rules that could not be read leave it unknown', () => {
  const host = sketchHost();
  const fact = schedulerAtBoot({ ...host, kernel: { ...host.kernel, schedulerRules: unknown('no right') } }, disk);
  assert.equal(fact.state, 'unknown');
});

test("tuned's lists of devices", () => {
  assert.ok(isNamed('', 'sda'));
  assert.ok(isNamed('!sdb', 'sda'));
  assert.ok(!isNamed('!sda', 'sda'));
  assert.ok(isNamed('sd*, vd*', 'vda'));
  assert.ok(!isNamed('sd* !sda', 'sda'));
});
