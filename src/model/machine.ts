import type { Guest } from '#model/guest';
import type { Host } from '#model/host';
import type { StoragePool } from '#model/image';
import type { Known } from '#model/known';
import type { Network } from '#model/network';

/** All that was read of one place: a host with its guests, or documents without a host. */
export interface Machine {
  /** Where it was read from, for people: `this machine`, `ssh://…`, a file. */
  readonly source: string;
  /** `host`: a machine was looked at. `documents`: only XML files were given; host rules do not run. */
  readonly extent: 'host' | 'documents';
  readonly host: Host;
  /** All guests; unknown where libvirt did not answer. */
  readonly guests: Known<readonly Guest[]>;
  readonly networks: Known<readonly Network[]>;
  readonly pools: Known<readonly StoragePool[]>;
  /** Notes for `--verbose`: files of a bundle that were not understood, and the like. */
  readonly notes: readonly string[];
}
