import type { Known, Place } from '#model/known';

/** NFS, as this host uses and serves it. */
export interface Nfs {
  /** RPC counters of the client since it was loaded: the line `rpc` of /proc/net/rpc/nfs. Absent where no NFS client is loaded. */
  readonly client: Known<NfsClient>;
  /** The kernel's NFS server; absent where it does not run. */
  readonly server: Known<NfsServer>;
  /** Threads that the server is to have: [nfsd] threads of /etc/nfs.conf, USE_KERNEL_NFSD_NUMBER of /etc/sysconfig/nfs. Absent where nothing sets it. */
  readonly configuredThreads: Known<ConfiguredThreads>;
  /** What /etc/exports and /etc/exports.d export; absent where neither is there. */
  readonly exports: Known<readonly NfsExport[]>;
}

/** Calls that the client made. */
export interface NfsClient {
  readonly calls: number;
  readonly retransmissions: number;
}

/** The running server. */
export interface NfsServer {
  /** /proc/fs/nfsd/threads. */
  readonly threads: number;
  /** NFSv4 clients: entries of /proc/fs/nfsd/clients (Linux 5.3); undefined where not told. */
  readonly clients: number | undefined;
}

/** A number of threads and who sets it. */
export interface ConfiguredThreads {
  readonly threads: number;
  /** The file and line that a person would edit. */
  readonly place: Place;
}

/** One exported folder: exports(5). */
export interface NfsExport {
  readonly path: string;
  /** Whether some client gets it with `async`. */
  readonly isAsync: boolean;
  readonly place: Place;
}
