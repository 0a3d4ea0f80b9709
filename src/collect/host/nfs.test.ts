import assert from 'node:assert/strict';
import test from 'node:test';
import { nfsReadings } from '#collect/host/nfs';
import { valueIfKnown } from '#model/known';
import { sourcesOf } from '../../../test/sources-of.js';

test('counters of the client', () => {
  const of = (text: string) =>
    nfsReadings.client.read(sourcesOf({ '/proc/net/rpc/nfs': `net 0 0 0 0\n${text}\nproc4 2 1 1\n` }));
  assert.deepEqual(valueIfKnown(of('rpc 6401066 198 6400000')), { calls: 6401066, retransmissions: 198 });
  assert.equal(of('rpc many').state, 'unknown');
  assert.equal(nfsReadings.client.read(sourcesOf({})).state, 'absent');
});

test('threads and clients of the server; one without threads does not run', () => {
  const threads = '/proc/fs/nfsd/threads';
  const clients = { '/proc/fs/nfsd/clients/3/info': 'x', '/proc/fs/nfsd/clients/4/info': 'x' };
  const of = (files: Readonly<Record<string, string>>) => nfsReadings.server.read(sourcesOf(files));
  assert.deepEqual(valueIfKnown(of({ [threads]: '8\n', ...clients })), { threads: 8, clients: 2 });
  assert.deepEqual(valueIfKnown(of({ [threads]: '8\n' })), { threads: 8, clients: undefined });
  assert.equal(of({ [threads]: '0\n' }).state, 'absent');
  assert.equal(of({}).state, 'absent');
  assert.equal(nfsReadings.server.read(sourcesOf({ [threads]: { denied: 'EACCES' } })).state, 'unknown');
});

test('threads that are set: the last nfs.conf, else SUSE’s variable', () => {
  const of = (files: Readonly<Record<string, string>>) => {
    const fact = nfsReadings.configuredThreads.read(sourcesOf(files));
    return fact.state === 'known'
      ? `${fact.value.threads} ${fact.value.place.file}:${fact.value.place.line}`
      : fact.state;
  };
  const suse = { '/etc/sysconfig/nfs': '# number\nUSE_KERNEL_NFSD_NUMBER="4"\n' };
  assert.equal(of({ '/etc/nfs.conf': '[nfsd]\nthreads=16\n' }), '16 /etc/nfs.conf:2');
  assert.equal(
    of({ '/etc/nfs.conf': '[nfsd]\nthreads=16\n', '/etc/nfs.conf.d/a.conf': '[nfsd]\nthreads = 32\n' }),
    '32 /etc/nfs.conf.d/a.conf:2',
  );
  assert.equal(of(suse), '4 /etc/sysconfig/nfs:2');
  assert.equal(
    of({ ...suse, '/etc/nfs.conf': '[nfsd]\nthreads = $USE_KERNEL_NFSD_NUMBER\n' }),
    '4 /etc/sysconfig/nfs:2',
  );
  assert.equal(of({ '/etc/nfs.conf': '[mountd]\nthreads=3\n' }), 'absent');
  assert.equal(of({ '/etc/nfs.conf': '[nfsd]\nthreads=many\n' }), 'unknown');
  assert.equal(of({ '/etc/sysconfig/nfs': 'USE_KERNEL_NFSD_NUMBER="4' }), 'unknown');
});

test('exports, and which of them answer before the disk has it', () => {
  const fact = nfsReadings.exports.read(
    sourcesOf({
      '/etc/exports': '/srv/vm *(rw,sync) node7(rw,async)\n/srv/iso *(ro)\n',
      '/etc/exports.d/b.exports': '/srv/b *(rw,async,sync)\n',
    }),
  );
  assert.deepEqual(
    valueIfKnown(fact)?.map(({ path, isAsync, place }) => [path, isAsync, place.file]),
    [
      ['/srv/vm', true, '/etc/exports'],
      ['/srv/iso', false, '/etc/exports'],
      ['/srv/b', false, '/etc/exports.d/b.exports'],
    ],
  );
  assert.equal(nfsReadings.exports.read(sourcesOf({})).state, 'absent');
});
