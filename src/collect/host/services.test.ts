import assert from 'node:assert/strict';
import test from 'node:test';
import { services } from '#collect/host/services';
import { isActive, isEnabled } from '#model/derived/service-state';
import { type SketchedFile, type SketchedSources, sourcesOf } from '../../../test/sources-of.js';

type Files = Readonly<Record<string, SketchedFile>>;

const unit = (name: string, files: Files, how: SketchedSources = {}) => {
  const fact = services.read(sourcesOf(files, how));
  assert.equal(fact.state, 'known', JSON.stringify(fact));
  const found = fact.state === 'known' ? fact.value.find(each => each.name === name) : undefined;
  assert.ok(found, name);
  return found;
};
const state = (name: string, files: Files, how?: SketchedSources): string => {
  const { isInstalled, isMasked, isEnabled: atBoot, isActive: runs } = unit(name, files, how);
  return [
    isInstalled && 'installed',
    isMasked && 'masked',
    atBoot && 'enabled',
    runs === undefined ? 'open' : runs && 'active',
  ]
    .filter(word => word !== false && word !== undefined)
    .join(' ');
};

const vendor = '/usr/lib/systemd/system';
const ksmtuned = { [`${vendor}/ksmtuned.service`]: '[Service]\nType=forking\n' };
const ksm = { [`${vendor}/ksm.service`]: '[Service]\nType=oneshot\nRemainAfterExit=yes\n' };

test('a unit without a file is not installed, not enabled, not active', () => {
  assert.equal(state('ksm.service', {}), '');
});

test('links in the folders of targets say what starts at boot, in /etc, /run and of the vendor', () => {
  const etc = '/etc/systemd/system/multi-user.target.wants/ksmtuned.service';
  assert.equal(state('ksmtuned.service', ksmtuned), 'installed');
  assert.equal(
    state('ksmtuned.service', { ...ksmtuned, [etc]: { link: `${vendor}/ksmtuned.service` } }),
    'installed enabled',
  );
  const mount = {
    [`${vendor}/dev-hugepages.mount`]: '[Mount]\nWhere=/dev/hugepages\n',
    [`${vendor}/sysinit.target.wants/dev-hugepages.mount`]: { link: '../dev-hugepages.mount' },
    '/proc/self/mounts': 'hugetlbfs /dev/hugepages hugetlbfs rw 0 0\n',
  };
  assert.equal(state('dev-hugepages.mount', mount), 'installed enabled active');
  assert.equal(
    state('dev-hugepages.mount', { ...mount, '/proc/self/mounts': 'x /dev/hugepages autofs rw 0 0\n' }),
    'installed enabled',
  );
});

test('a mask in /etc keeps a unit from starting', () => {
  const files = {
    ...ksmtuned,
    '/etc/systemd/system/ksmtuned.service': { link: '/dev/null' },
    '/etc/systemd/system/multi-user.target.wants/ksmtuned.service': { link: `${vendor}/ksmtuned.service` },
  };
  assert.equal(state('ksmtuned.service', files), 'installed masked');
});

test('an instance of a template counts as installed by the template', () => {
  assert.equal(
    state('systemd-zram-setup@zram0.service', { [`${vendor}/systemd-zram-setup@.service`]: '' }),
    'installed',
  );
});

test("systemd's links of running services tell of those that run and those that stay active without a process", () => {
  const running = { '/run/systemd/units/invocation:ksm.service': { link: '0123456789abcdef' } };
  assert.equal(state('ksm.service', { ...ksm, ...running }), 'installed active');
  assert.equal(state('ksmtuned.service', { ...ksmtuned, ...running }), 'installed');
});

for (const slice of [
  '/sys/fs/cgroup/system.slice',
  '/sys/fs/cgroup/systemd/system.slice',
  '/sys/fs/cgroup/unified/system.slice',
]) {
  test(`without them processes in ${slice} tell`, () => {
    assert.equal(
      state('ksmtuned.service', { ...ksmtuned, [`${slice}/ksmtuned.service/cgroup.procs`]: '812\n' }),
      'installed active',
    );
    assert.equal(
      state('ksmtuned.service', { ...ksmtuned, [`${slice}/ksmtuned.service/cgroup.procs`]: '' }),
      'installed',
    );
    assert.equal(
      state('ksmtuned.service', { ...ksmtuned, [`${slice}/cron.service/cgroup.procs`]: '1\n' }),
      'installed',
    );
    assert.equal(state('ksm.service', { ...ksm, [`${slice}/cron.service/cgroup.procs`]: '1\n' }), 'installed open');
  });
}

test('without systemd no unit runs; where it could not be seen the state is open', () => {
  assert.equal(state('ksmtuned.service', ksmtuned), 'installed');
  assert.equal(state('ksmtuned.service', { ...ksmtuned, '/run/systemd/system/': '' }), 'installed open');
});

test('a socket runs when somebody listens on it', () => {
  const files = {
    [`${vendor}/libvirtd.socket`]: '[Socket]\nListenStream=/run/libvirt/libvirt-sock\n',
    '/proc/net/unix':
      'Num       RefCount Protocol Flags    Type St Inode Path\n0000000000000000: 00000002 00000000 00010000 0001 01 77 /run/libvirt/libvirt-sock\n',
  };
  assert.equal(state('libvirtd.socket', files), 'installed active');
  assert.equal(state('libvirtd.socket', { ...files, '/proc/net/unix': 'Num\n' }), 'installed');
  assert.equal(state('libvirtd.socket', { ...files, '/proc/net/unix': { denied: 'EACCES' } }), 'installed open');
});

test('a socket on a port runs when somebody listens on the port', () => {
  const files = {
    [`${vendor}/libvirtd-tcp.socket`]: '[Socket]\nListenStream=16509\n',
    '/proc/net/tcp':
      '  sl  local_address rem_address   st tx_queue\n   0: 0100007F:407D 00000000:0000 0A 00000000:00000000\n   1: 0100007F:407E 0100007F:407D 01 0:0\n',
  };
  assert.equal(state('libvirtd-tcp.socket', files), 'installed active');
  assert.equal(state('libvirtd-tcp.socket', { ...files, '/proc/net/tcp': '' }), 'installed');
  const six = '   0: 00000000000000000000000000000000:407D 00000000000000000000000000000000:0000 0A 0:0\n';
  assert.equal(
    state('libvirtd-tcp.socket', { ...files, '/proc/net/tcp': '', '/proc/net/tcp6': six }),
    'installed active',
  );
  assert.equal(state('libvirtd-tcp.socket', { ...files, '/proc/net/tcp': null }), 'installed open');
});

test('systemd is asked for what files leave open, and only then', () => {
  const files = { ...ksm, '/run/systemd/system/': '' };
  const answer =
    'Id=ksm.service\nLoadState=loaded\nActiveState=active\nUnitFileState=disabled\n\nId=tuned.service\nLoadState=not-found\nActiveState=inactive\nUnitFileState=\n';
  assert.equal(state('ksm.service', files, { commands: { systemctl: answer } }), 'installed active');
  assert.equal(state('ksm.service', files), 'installed open');
  assert.equal(
    state('ksm.service', {}, { missing: 'not-captured', commands: { systemctl: answer } }),
    'installed active',
  );
});

test('rules see the state of a unit with the evidence of that unit', () => {
  const files = { ...ksmtuned, '/etc/systemd/system/multi-user.target.wants/ksmtuned.service': '' };
  const fact = services.read(sourcesOf(files));
  assert.deepEqual(isEnabled(fact, 'ksmtuned.service'), {
    state: 'known',
    value: true,
    evidence: [
      { from: '/etc/systemd/system/multi-user.target.wants/ksmtuned.service', value: 'wanted at boot' },
      { from: '/run/systemd/system', value: 'not there: systemd does not run' },
    ],
  });
  const open = isActive(services.read(sourcesOf({ ...ksm, '/run/systemd/system/': '' })), 'ksm.service');
  assert.equal(open.state, 'unknown');
});

test('folders that may not be listed leave everything unknown', () => {
  assert.equal(services.read(sourcesOf({ '/etc/systemd/system': { denied: 'EACCES' } })).state, 'unknown');
  assert.equal(services.read(sourcesOf({}, { missing: 'not-captured' })).state, 'unknown');
});
