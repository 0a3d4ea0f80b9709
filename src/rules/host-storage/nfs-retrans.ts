import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { isNfs } from '#model/derived/guest-nfs-mounts';
import { mapKnown } from '#model/known';

const mounted = {
  '/proc/self/mounts': '/dev/sda1 / ext4 rw 0 0\nnas:/vm /var/lib/libvirt/images nfs4 rw,vers=4.2,hard 0 0\n',
};
const counters = (calls: number, again: number) => ({
  ...mounted,
  '/proc/net/rpc/nfs': `net 0 0 0 0\nrpc ${calls} ${again} ${calls}\nproc4 2 1 1\n`,
});

export default defineRule({
  id: 'host-storage/nfs-retrans',
  subject: 'host',
  guide: ['4.4.2'],
  severity: 'info',
  says: 'The NFS client has never had to send a request again.',
  because: 'A request that is sent again was not answered in time: the guest behind it waited for seconds.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.4.2: nfsstat -rc, retrans should be 0' },
    { grade: 'documented', at: 'linux: net/sunrpc/stats.c, rpc_proc_show: rpc calls, retransmissions, refreshes' },
    { grade: 'documented', at: 'nfs-utils: nfsstat(8), -c prints client-side statistics' },
  ],
  intents: {},
  params: {
    many: { default: 0.001, unit: 'of all calls', why: 'above this it is not a single outage of the past' },
  },
  costs: [],
  departs: [
    {
      guideSays: 'nfsstat -rc on your server; more server threads until retrans is 0.',
      truth:
        '-c prints the counters of the client. Over TCP the cause is as often the network or a server that stood still.',
      source: 'nfs-utils: nfsstat(8), nfs(5) timeo and retrans',
      errata: ['X27'],
      guideSame: 'anything over 0 is told',
    },
  ],
  needs: {
    mounts: ({ host }) => mapKnown(host.mounts, all => all.filter(isNfs)),
    client: ({ host }) => host.nfs.client,
  },
  check({ mounts, client: { calls, retransmissions } }, { params }) {
    if (mounts.length === 0) return notApplicable('nothing is mounted by NFS');
    if (retransmissions === 0 || calls === 0) return good;
    const percent = Number(((retransmissions / calls) * 100).toPrecision(2));
    const isMany = retransmissions > calls * params.many;
    return bad(`${retransmissions} of ${calls} NFS calls (${percent} %) were sent again since the client was loaded`, {
      wants: '0',
      so: isMany
        ? 'guests on NFS wait for seconds again and again'
        : 'that many times a guest waited; one outage of the server is enough for it',
      otherwise:
        'Run nfsstat -rc twice, minutes apart. Where retrans grows: on the server more threads (host-storage/nfsd-threads) if all are busy; else look for lost packets (ip -s link, nstat TcpRetransSegs) and unequal MTUs on the way.',
    });
  },
  examples: [
    { name: '500 of 10000', files: counters(10000, 500), expect: 'bad', severity: 'info', fixes: [] },
    { name: 'the guide’s own sample', files: counters(6401066, 198), expect: 'bad', severity: 'info' },
    { name: 'none', files: counters(10000, 0), expect: 'good' },
    { name: 'nothing mounted', files: { '/proc/net/rpc/nfs': 'rpc 10 1 10\n' }, expect: 'not-applicable' },
    { name: 'no NFS client', expect: 'not-applicable' },
    { name: 'not readable', files: { ...mounted, '/proc/net/rpc/nfs': 'denied' }, expect: 'unknown' },
  ],
});
