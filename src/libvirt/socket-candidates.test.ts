import assert from 'node:assert/strict';
import test from 'node:test';
import { parseConnectionUri } from '#libvirt/connection-uri';
import type { DaemonMode } from '#libvirt/resolve-uri';
import { type SocketPlaces, socketCandidates } from '#libvirt/socket-candidates';

const root: SocketPlaces = { system: '/run/libvirt', session: '/run/user/0/libvirt', isRoot: true, isReadOnly: false };
const user: SocketPlaces = {
  system: '/run/libvirt',
  session: '/run/user/1000/libvirt',
  isRoot: false,
  isReadOnly: false,
};
const readOnly = (places: SocketPlaces): SocketPlaces => ({ ...places, isReadOnly: true });

/** The sockets in order, each with what is asked of the daemon there. */
const sockets = (uri: string | undefined, places: SocketPlaces, mode: DaemonMode = 'auto'): readonly string[] => {
  const resolved = {
    uri: uri === undefined ? undefined : parseConnectionUri(uri),
    from: 'given',
    alias: undefined,
    mode,
  } as const;
  return socketCandidates(resolved, places).map(({ path, name }) => `${path} ${name}`);
};

test('root without a URI asks libvirtd, then virtqemud, then virtxend', () => {
  assert.deepEqual(sockets(undefined, root), [
    '/run/libvirt/libvirt-sock ',
    '/run/libvirt/virtqemud-sock qemu:///system',
    '/run/libvirt/virtxend-sock xen:///system',
  ]);
  assert.deepEqual(sockets(undefined, readOnly(root)), [
    '/run/libvirt/libvirt-sock-ro ',
    '/run/libvirt/virtqemud-sock-ro qemu:///system',
    '/run/libvirt/virtxend-sock-ro xen:///system',
  ]);
});

test('a plain user without a URI asks the daemons of their own, then those of the system', () => {
  assert.deepEqual(sockets(undefined, readOnly(user)), [
    '/run/user/1000/libvirt/libvirt-sock ',
    '/run/user/1000/libvirt/virtqemud-sock qemu:///session',
    '/run/libvirt/libvirt-sock-ro ',
    '/run/libvirt/virtqemud-sock-ro qemu:///system',
    '/run/libvirt/virtxend-sock-ro xen:///system',
  ]);
});

test('a URI leads to the daemon of its hypervisor, then to libvirtd', () => {
  const direct = '/run/libvirt/virtqemud-sock qemu:///system';
  const legacy = '/run/libvirt/libvirt-sock qemu:///system';
  assert.deepEqual(sockets('qemu:///system', root), [direct, legacy]);
  assert.deepEqual(sockets('qemu+unix:///system', user), [direct, legacy]);
  assert.deepEqual(sockets('qemu:///system?mode=direct', root), [direct]);
  assert.deepEqual(sockets('qemu:///system?mode=legacy', root), [legacy]);
  assert.deepEqual(sockets('qemu:///system', root, 'legacy'), [legacy]);
  assert.deepEqual(sockets('qemu:///system?mode=auto', root, 'legacy'), [direct, legacy]);
  assert.deepEqual(sockets('lxc:///', root), [
    '/run/libvirt/virtlxcd-sock lxc:///',
    '/run/libvirt/libvirt-sock lxc:///',
  ]);
});

test('a session is the user’s own daemon, which has one socket for all; root has none of its own', () => {
  const own = [
    '/run/user/1000/libvirt/virtqemud-sock qemu:///session',
    '/run/user/1000/libvirt/libvirt-sock qemu:///session',
  ];
  assert.deepEqual(sockets('qemu:///session', user), own);
  assert.deepEqual(sockets('qemu:///session', readOnly(user)), own);
  assert.deepEqual(sockets('qemu:///session', root), [
    '/run/libvirt/virtqemud-sock qemu:///session',
    '/run/libvirt/libvirt-sock qemu:///session',
  ]);
});

test('the test driver lives in libvirtd', () => {
  assert.deepEqual(sockets('test:///default', root), ['/run/libvirt/libvirt-sock test:///default']);
  assert.deepEqual(sockets('test+unix:///default', user), ['/run/user/1000/libvirt/libvirt-sock test:///default']);
});

test('a socket that is named is the only one, and what means the client is not sent', () => {
  assert.deepEqual(sockets('qemu:///system?socket=/tmp/s&no_verify=1&x=y%20z', root), [
    '/tmp/s qemu:///system?x=y%20z',
  ]);
  assert.deepEqual(sockets('remote+unix:///?socket=/tmp/s', root), ['/tmp/s ']);
  assert.deepEqual(sockets('qemu:///system?name=xen:///system', root, 'legacy'), [
    '/run/libvirt/libvirt-sock xen:///system',
  ]);
});

test('other machines are not reached yet, and the error says how to get there', () => {
  for (const [uri, transport] of [
    ['qemu+ssh://root@there/system', 'ssh'],
    ['qemu://there/system', 'tls'],
    ['qemu+tcp://there/system', 'tcp'],
    ['qemu+libssh2:///system', 'libssh2'],
  ] as const) {
    assert.throws(() => sockets(uri, root), {
      code: 'unsupported-transport',
      message: new RegExp(` by ${transport} `),
      doThis: /qemu:\/\/\/system/,
    });
  }
  assert.throws(() => sockets('qemu+unix://there/system', root), { code: 'bad-uri' });
  assert.throws(() => sockets('esx://there/', root), { code: 'unsupported-driver' });
  assert.throws(() => sockets('qemu:///system?mode=odd', root), { code: 'bad-uri' });
});
