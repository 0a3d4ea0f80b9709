import type { Codec } from '#formats/libvirt-rpc/codec';
import { readPayload } from '#formats/libvirt-rpc/message';
import {
  type LifecycleName,
  lifecycleDetail,
  lifecycleName,
  type ObjectEventName,
  objectEventName,
} from '#formats/libvirt-rpc/names';
import type { Domain, Network, StoragePool } from '#formats/libvirt-rpc/objects';
import { domainEvents, networkEvents, storagePoolEvents } from '#formats/libvirt-rpc/procedures/event';
import { byName, type TypedParameter, type TypedValue } from '#formats/libvirt-rpc/typed-parameter';
import type { XdrReader } from '#formats/libvirt-rpc/xdr-reader';

/** What can happen to guests, and what one is told about it. */
export interface DomainEvents {
  /** Defined, started, stopped …, and how it came about: `stopped`, `destroyed`. */
  readonly lifecycle: { readonly domain: Domain; readonly event: LifecycleName; readonly detail: string };
  readonly reboot: { readonly domain: Domain };
  /** The balloon has a new size, in KiB. */
  readonly balloonChange: { readonly domain: Domain; readonly actualKib: bigint };
  /** A device was plugged in or out; the alias is that of the live XML. */
  readonly deviceAdded: { readonly domain: Domain; readonly alias: string };
  readonly deviceRemoved: { readonly domain: Domain; readonly alias: string };
  /** Pins, weights or limits were changed: `cputune.vcpupin0`, `blkdeviotune.total_bytes_sec`. */
  readonly tunable: { readonly domain: Domain; readonly values: ReadonlyMap<string, TypedValue> };
  /** The guest agent came (state 1) or went (state 2). */
  readonly agentLifecycle: { readonly domain: Domain; readonly state: number; readonly reason: number };
  /** A migration, save or dump ended. */
  readonly jobCompleted: { readonly domain: Domain; readonly values: ReadonlyMap<string, TypedValue> };
  /** Description (type 0), title (1) or an element of the metadata (2, with its namespace) was changed. */
  readonly metadataChange: { readonly domain: Domain; readonly type: number; readonly uri: string | undefined };
}

/** Something happened to a network. */
export interface NetworkEvent {
  readonly network: Network;
  readonly event: ObjectEventName;
}

/** Something happened to a storage pool. */
export interface StoragePoolEvent {
  readonly pool: StoragePool;
  readonly event: ObjectEventName;
}

/** One kind of event: how it is asked for, in which message it comes, how that is read. */
export interface EventKind<T> {
  readonly id: number;
  readonly procedure: number;
  /** Takes a reader that stands behind the number of the subscription. Throws XdrError. */
  readonly read: (from: XdrReader) => T;
}

interface EventSource<Raw> {
  readonly id: number;
  readonly procedure: number;
  readonly payload: Codec<Raw>;
}

const kind = <Raw, T>({ id, procedure, payload }: EventSource<Raw>, view: (raw: Raw) => T): EventKind<T> => ({
  id,
  procedure,
  read: from => view(readPayload(from, payload)),
});

const withValues = ({
  domain,
  parameters,
}: {
  readonly domain: Domain;
  readonly parameters: readonly TypedParameter[];
}) => ({ domain, values: byName(parameters) });

/** The kinds of events about guests. */
export const domainEventKinds: { readonly [Name in keyof DomainEvents]: EventKind<DomainEvents[Name]> } = {
  lifecycle: kind(domainEvents.lifecycle, ({ domain, event, detail }) => ({
    domain,
    event: lifecycleName(event),
    detail: lifecycleDetail(event, detail),
  })),
  reboot: kind(domainEvents.reboot, ({ domain }) => ({ domain })),
  balloonChange: kind(domainEvents.balloonChange, ({ domain, actualKib }) => ({ domain, actualKib })),
  deviceAdded: kind(domainEvents.deviceAdded, ({ domain, alias }) => ({ domain, alias })),
  deviceRemoved: kind(domainEvents.deviceRemoved, ({ domain, alias }) => ({ domain, alias })),
  tunable: kind(domainEvents.tunable, withValues),
  agentLifecycle: kind(domainEvents.agentLifecycle, ({ domain, state, reason }) => ({ domain, state, reason })),
  jobCompleted: kind(domainEvents.jobCompleted, withValues),
  metadataChange: kind(domainEvents.metadataChange, ({ domain, type, uri }) => ({ domain, type, uri })),
};

/** Networks defined, undefined, started, stopped. */
export const networkEventKind: EventKind<NetworkEvent> = kind(networkEvents.lifecycle, ({ network, event }) => ({
  network,
  event: objectEventName(event),
}));

/** Storage pools defined, undefined, started, stopped, created, deleted. */
export const storagePoolEventKind: EventKind<StoragePoolEvent> = kind(
  storagePoolEvents.lifecycle,
  ({ pool, event }) => ({ pool, event: objectEventName(event) }),
);
