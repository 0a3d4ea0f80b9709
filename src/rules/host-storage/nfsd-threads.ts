import { setConfigKey } from '#change/kinds/config-key';
import { setSysfs } from '#change/kinds/sysfs';
import { defineRule } from '#check/define-rule';
import { bad, good, undecided } from '#check/verdict';
import { asFact, orAbsent } from '#model/known';

const serving = (threads: number, clients = 0) => ({
  '/proc/fs/nfsd/threads': String(threads),
  ...Object.fromEntries([...Array(clients).keys()].map(id => [`/proc/fs/nfsd/clients/${id + 1}/info`, 'x'])),
});
const suse = (threads: number) => ({ '/etc/sysconfig/nfs': `USE_KERNEL_NFSD_NUMBER="${threads}"\n` });
const conf = (threads: number) => ({ '/etc/nfs.conf': `[nfsd]\nthreads=${threads}\n` });

export default defineRule({
  id: 'host-storage/nfsd-threads',
  subject: 'host',
  guide: ['4.4.2'],
  severity: 'hint',
  says: 'The NFS server has threads enough for its clients, and as many as are configured.',
  because: 'A request that finds no free thread waits; when it waits too long, the client sends it again.',
  sources: [
    {
      grade: 'documented',
      at: 'SUSE Virtualization Best Practices, 4.4.2: USE_KERNEL_NFSD_NUMBER in /etc/sysconfig/nfs',
    },
    { grade: 'documented', at: 'nfs-utils: rpc.nfsd(8), nproc; nfs.conf(5), [nfsd] threads' },
  ],
  intents: {},
  params: {
    least: { default: 8, unit: 'threads', why: 'what rpc.nfsd starts when nobody says a number' },
    perClient: { default: 4, unit: 'threads a client', why: 'a host of guests keeps several requests under way' },
  },
  costs: ['A thread takes little memory; more of them let more requests reach the disks at once.'],
  departs: [
    {
      guideSays: 'Change the value in /etc/sysconfig/nfs and restart the server.',
      truth:
        'rpc.nfsd N changes the running server at once. A restart begins a grace period in which guests on it stand still.',
      source: 'nfs-utils: rpc.nfsd(8); linux: filesystems/nfs, NFSv4 grace period',
      errata: ['X27'],
      guideSame: 'how many threads is judged, not the way in which they are set',
    },
  ],
  needs: {
    server: ({ host }) => host.nfs.server,
    online: ({ host }) => orAbsent(host.cpuSets.online),
    configured: ({ host }) => asFact(host.nfs.configuredThreads),
  },
  check({ server: { threads, clients = 0 }, online, configured }, { params }) {
    const least = Math.max(params.least, clients * params.perClient, online?.size ?? 0);
    const set = configured.state === 'known' ? configured.value : undefined;
    const file = set?.place.file ?? '/etc/nfs.conf';
    // written to the kernel’s file, as rpc.nfsd does, without a restart, which would hold up all clients
    const change = (count: number) => [
      ...(threads === count ? [] : setSysfs('/proc/fs/nfsd/threads', String(threads), String(count)).slice(0, 1)),
      ...(set?.threads === count
        ? []
        : [
            setConfigKey(
              file,
              file === '/etc/sysconfig/nfs' ? 'USE_KERNEL_NFSD_NUMBER' : 'nfsd.threads',
              set && String(set.threads),
              String(count),
            ),
          ]),
    ];
    if (set !== undefined && set.threads !== threads && set.threads > 0) {
      const count = Math.max(least, set.threads, threads);
      return bad(`the NFS server runs ${threads} threads, and ${set.threads} are configured`, {
        severity: 'warning',
        wants: `${count} both now and after a restart`,
        so: 'what runs now is gone at the next restart',
        fix: change(count),
      });
    }
    if (threads < least) {
      return bad(`the NFS server has ${threads} threads${clients > 0 ? ` for ${clients} clients` : ''}`, {
        wants: `${least}`,
        so: 'requests of guests wait for a thread when many come at once',
        fix: change(least),
      });
    }
    return configured.state === 'unknown' ? undecided(configured.reason, configured.remedy) : good;
  },
  examples: [
    {
      name: '4 threads, 10 clients',
      files: { ...serving(4, 10), ...suse(4) },
      expect: 'bad',
      severity: 'hint',
      fixes: ['sysfs', 'config-key'],
    },
    { name: '64 threads', files: { ...serving(64, 10), ...suse(64) }, expect: 'good' },
    { name: '16 threads on 16 CPUs, nothing configured', files: serving(16, 4), expect: 'good' },
    { name: '15 threads on 16 CPUs', files: serving(15, 3), expect: 'bad', severity: 'hint' },
    { name: 'as many as configured, too few', files: { ...serving(8), ...conf(8) }, expect: 'bad', severity: 'hint' },
    {
      name: 'another number is configured',
      files: { ...serving(64), ...conf(8) },
      expect: 'bad',
      severity: 'warning',
      fixes: ['config-key'],
    },
    { name: 'no server', expect: 'not-applicable' },
    { name: 'a server without threads', files: serving(0), expect: 'not-applicable' },
    { name: 'not readable', files: { '/proc/fs/nfsd/threads': 'denied' }, expect: 'unknown' },
    {
      name: 'enough, configuration not readable',
      files: { ...serving(64), '/etc/nfs.conf': 'denied' },
      expect: 'unknown',
    },
  ],
});
