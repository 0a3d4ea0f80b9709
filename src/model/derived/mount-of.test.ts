import assert from 'node:assert/strict';
import test from 'node:test';
import { mountOf } from '#model/derived/mount-of';
import type { Mount } from '#model/mount';

const mounted = (...targets: readonly string[]): readonly Mount[] =>
  targets.map((target, at) => ({ source: `/dev/sd${at}`, target, type: 'ext4', options: new Map() }));

test('the longest target above a path holds it; of two mounts in one place the later one', () => {
  const mounts = mounted('/', '/srv', '/srv/images', '/srv', '/srv/images/db.raw');
  const of = (path: string): string | undefined => {
    const found = mountOf(path, mounts);
    return found && `${found.source} ${found.target}`;
  };
  assert.equal(of('/srv/images/web.qcow2'), '/dev/sd2 /srv/images');
  assert.equal(of('/srv/images/web2.qcow2'), '/dev/sd2 /srv/images');
  assert.equal(of('/srv/web.qcow2'), '/dev/sd3 /srv');
  assert.equal(of('/srvother/web.qcow2'), '/dev/sd0 /');
  assert.equal(of('/web.qcow2'), '/dev/sd0 /');
  assert.equal(of('/'), '/dev/sd0 /');
});

test('a path that is a mount point itself is not held by its folder’s mount', () => {
  const mounts = mounted('/', '/srv/images', '/srv/images/db.raw');
  assert.equal(mountOf('/srv/images/other.raw', mounts)?.target, '/srv/images');
  assert.equal(mountOf('/srv/images/db.raw', mounts)?.target, '/srv/images/db.raw');
  assert.equal(mountOf('/srv/images', mounts)?.target, '/srv/images');
  assert.equal(mountOf('/srv', mounted('/data')), undefined);
});
