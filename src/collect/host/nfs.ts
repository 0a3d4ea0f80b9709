import { readDropIns } from '#collect/drop-ins';
import { fileFact, fileText, folderNames } from '#collect/file-facts';
import type { Reading, ReadingsOf } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { type ExportLine, parseExports } from '#formats/conf/exports';
import { parseIni } from '#formats/conf/ini-file';
import { ShellSyntaxError } from '#formats/conf/shell-assignment';
import { parseShellAssignments } from '#formats/conf/shell-assignments';
import { evaluateShell, type ShellVariable } from '#formats/conf/shell-variables';
import { parseWhole } from '#formats/sys/whole-number';
import { absent, type Known, known, unknown } from '#model/known';
import type { ConfiguredThreads, Nfs, NfsClient, NfsExport, NfsServer } from '#model/nfs';

const counters = '/proc/net/rpc/nfs';
const threadsFile = '/proc/fs/nfsd/threads';
const clientsFolder = '/proc/fs/nfsd/clients';
const confs = ['/etc/nfs.conf', '/etc/nfs.conf.local'] as const;
const dropIns = '/etc/nfs.conf.d';
const sysconfig = '/etc/sysconfig/nfs';
const variable = 'USE_KERNEL_NFSD_NUMBER';

/** Counters of the client: linux net/sunrpc/stats.c, rpc_proc_show: calls, retransmissions, refreshes of credentials. */
const client: Reading<NfsClient> = {
  says: 'calls and retransmissions of the NFS client',
  ways: [{ file: counters }],
  read: sources =>
    fileFact(sources, counters, text => {
      const [, calls, again] = /^rpc (\d+) (\d+)/m.exec(text) ?? [];
      const [all, retransmissions] = [parseWhole(calls ?? ''), parseWhole(again ?? '')];
      return all === undefined || retransmissions === undefined ? undefined : { calls: all, retransmissions };
    }),
};

const server: Reading<NfsServer> = {
  says: 'threads and clients of the NFS server',
  ways: [{ file: threadsFile }, { file: `${clientsFolder}/*` }],
  read(sources) {
    const threads = fileFact(sources, threadsFile, parseWhole);
    if (threads.state !== 'known') return threads;
    if (threads.value === 0) return absent(...threads.evidence);
    const clients = folderNames(sources, clientsFolder);
    const count = clients.state === 'known' ? clients.value.length : undefined;
    return known({ threads: threads.value, clients: count }, ...threads.evidence);
  },
};

/** nfs.conf(5): drop-ins after the file itself. SUSE's takes the number from the variable of /etc/sysconfig/nfs. */
const configuredThreads: Reading<ConfiguredThreads> = {
  says: 'threads that the NFS server is set to have',
  ways: [...confs, `${dropIns}/*`, sysconfig].map(file => ({ file })),
  read(sources) {
    const extra = readDropIns(sources, [dropIns], '.conf');
    if (extra.state !== 'known') return extra;
    const files: { readonly file: string; readonly text: string }[] = [];
    for (const file of confs) {
      const text = fileText(sources, file);
      if (text.state === 'unknown') return text;
      if (text.state === 'known') files.push({ file, text: text.value });
    }
    files.push(...extra.value);
    const set = files
      .flatMap(({ file, text }) => parseIni(text).map(option => ({ ...option, file })))
      .findLast(({ section, key }) => section === 'nfsd' && key === 'threads');
    if (set !== undefined && !/^\$\{?\w+\}?$/.test(set.value))
      return threadsFrom(set.value, set.file, set.line, `threads = ${set.value}`);
    const fromShell = shellVariable(sources);
    if (fromShell.state !== 'known') return fromShell;
    const { text, setBy } = fromShell.value;
    return threadsFrom(text ?? '', sysconfig, setBy.at(-1)?.line ?? 1, `${variable}="${text ?? '…'}"`);
  },
};

function threadsFrom(text: string, file: string, line: number, said: string): Known<ConfiguredThreads> {
  const threads = parseWhole(text);
  const place = { file, line, column: 1 };
  if (text === '') return absent({ from: file, value: said, place });
  return threads === undefined
    ? unknown(`${file}:${line} reads ${said.slice(0, 80)}, which was not understood`)
    : known({ threads, place }, { from: file, value: said, place });
}

function shellVariable(sources: Sources): Known<ShellVariable> {
  const text = fileText(sources, sysconfig);
  if (text.state !== 'known') return text;
  try {
    const found = evaluateShell([{ file: sysconfig, assignments: parseShellAssignments(text.value) }]).get(variable);
    return found === undefined ? absent({ from: sysconfig, value: `no ${variable}` }) : known(found);
  } catch (error) {
    if (error instanceof ShellSyntaxError) return unknown(`${sysconfig}: ${error.message}`);
    throw error;
  }
}

const exported: Reading<readonly NfsExport[]> = {
  says: 'what this host exports by NFS',
  ways: [{ file: '/etc/exports' }, { file: '/etc/exports.d/*' }],
  read(sources) {
    const main = fileText(sources, '/etc/exports');
    if (main.state === 'unknown') return main;
    const extra = readDropIns(sources, ['/etc/exports.d'], '.exports');
    if (extra.state !== 'known') return extra;
    if (main.state === 'absent' && extra.value.length === 0) return main;
    const files = [...(main.state === 'known' ? [{ file: '/etc/exports', text: main.value }] : []), ...extra.value];
    const found = files.flatMap(({ file, text }) => parseExports(text).map(line => exportOf(line, file)));
    return known(found, { from: files.map(({ file }) => file).join(', '), value: `${found.length} exports` });
  },
};

/** Without either word the server is sync (exports(5), since nfs-utils 1.0.0). */
const exportOf = ({ path, clients, line }: ExportLine, file: string): NfsExport => ({
  path,
  isAsync: clients.some(options => options.findLast(word => word === 'sync' || word === 'async') === 'async'),
  place: { file, line, column: 1 },
});

/** NFS, as this host uses and serves it. */
export const nfsReadings: ReadingsOf<Nfs> = { client, server, configuredThreads, exports: exported };
