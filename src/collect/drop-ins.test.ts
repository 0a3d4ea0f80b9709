import assert from 'node:assert/strict';
import test from 'node:test';
import { linkTarget, readDropIns, systemdFolders } from '#collect/drop-ins';
import { sourcesOf } from '../../test/sources-of.js';

const folders = systemdFolders('sysctl.d');

test('files are sorted by name, of one name the strongest folder counts, a link to /dev/null masks', () => {
  const sources = sourcesOf({
    '/usr/lib/sysctl.d/50-a.conf': 'vendor',
    '/usr/lib/sysctl.d/10-b.conf': 'vendor',
    '/usr/lib/sysctl.d/90-c.conf': 'vendor',
    '/usr/lib/sysctl.d/README': 'no settings',
    '/etc/sysctl.d/50-a.conf': 'own',
    '/etc/sysctl.d/90-c.conf': { link: '/dev/null' },
    '/run/sysctl.d/20-d.conf': 'run',
    '/etc/sysctl.d/99-sysctl.conf': { link: '../sysctl.conf' },
    '/etc/sysctl.conf': 'main',
  });
  const found = readDropIns(sources, folders, '.conf');
  assert.equal(found.state, 'known');
  assert.deepEqual(found.state === 'known' && found.value.map(({ path, file, text }) => [path, file, text]), [
    ['/usr/lib/sysctl.d/10-b.conf', '/usr/lib/sysctl.d/10-b.conf', 'vendor'],
    ['/run/sysctl.d/20-d.conf', '/run/sysctl.d/20-d.conf', 'run'],
    ['/etc/sysctl.d/50-a.conf', '/etc/sysctl.d/50-a.conf', 'own'],
    ['/etc/sysctl.d/90-c.conf', '/etc/sysctl.d/90-c.conf', ''],
    ['/etc/sysctl.d/99-sysctl.conf', '/etc/sysctl.conf', 'main'],
  ]);
});

test('no folder: no files; a file that may not be read: unknown', () => {
  const none = readDropIns(sourcesOf({}), folders, '.conf');
  assert.deepEqual(none.state === 'known' && none.value, []);
  const denied = readDropIns(sourcesOf({ '/etc/sysctl.d/a.conf': { denied: 'EACCES' } }), folders, '.conf');
  assert.equal(denied.state, 'unknown');
  assert.equal(readDropIns(sourcesOf({}, { missing: 'not-captured' }), folders, '.conf').state, 'unknown');
});

test('targets of links are absolute and have no dots', () => {
  const sources = sourcesOf({ '/a/b/c': { link: '../../../x/./y' }, '/a/b/d': { link: '/dev/null' }, '/a/b/e': '' });
  assert.equal(linkTarget(sources, '/a/b/c'), '/x/y');
  assert.equal(linkTarget(sources, '/a/b/d'), '/dev/null');
  assert.equal(linkTarget(sources, '/a/b/e'), undefined);
});
