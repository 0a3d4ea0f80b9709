import type { Domain } from '#formats/libvirt-rpc/objects';
import type { Procedure } from '#formats/libvirt-rpc/procedure';
import { procedures } from '#formats/libvirt-rpc/procedures';
import {
  type DomainEvents,
  domainEventKinds,
  type EventKind,
  type NetworkEvent,
  networkEventKind,
  type StoragePoolEvent,
  storagePoolEventKind,
} from '#libvirt/event-kinds';
import type { EventRouter } from '#libvirt/event-router';
import type { CallOptions, RpcChannel } from '#libvirt/rpc-channel';

/** A subscription to events. */
export interface Subscription {
  /** Ends it: no event arrives from now on. Resolves when the daemon has heard; rejects as calls do. */
  stop(): Promise<void>;
}

/** How events are asked for. */
export interface WatchOptions extends CallOptions {
  /** Only of this guest; of all guests where it is left out. */
  readonly domain?: Domain | undefined;
}

/** The calls that subscribe to events. */
export type EventCalls = ReturnType<typeof eventCalls>;

/** Makes the calls that subscribe to events. They last until they are stopped or the connection ends. */
export function eventCalls(channel: RpcChannel, router: EventRouter) {
  const subscribe = async <Arguments, T>(
    kind: EventKind<T>,
    [register, deregister]: readonly [
      Procedure<Arguments, { readonly callback: number }>,
      Procedure<{ readonly callback: number }, undefined>,
    ],
    args: Arguments,
    listener: (event: T) => void,
    options: CallOptions,
  ): Promise<Subscription> => {
    let remove = (): void => undefined;
    // before anything that the daemon sends after its answer, so no event is missed
    const { callback } = await channel.call(register, args, options, result => {
      remove = router.add(kind, result.callback, listener);
    });
    return {
      stop: async () => {
        remove();
        await channel.call(deregister, { callback }, { timeoutMs: options.timeoutMs });
      },
    };
  };

  return {
    /** Tells what happens to guests from now on. The subscription stands when the promise resolves. */
    watchDomains<Name extends keyof DomainEvents>(
      name: Name,
      listener: (event: DomainEvents[Name]) => void,
      { domain, ...options }: WatchOptions = {},
    ): Promise<Subscription> {
      const kind: EventKind<DomainEvents[Name]> = domainEventKinds[name];
      const calls = [
        procedures.connectDomainEventCallbackRegisterAny,
        procedures.connectDomainEventCallbackDeregisterAny,
      ] as const;
      return subscribe(kind, calls, { event: kind.id, domain }, listener, options);
    },

    /** Tells which networks are defined, undefined, started and stopped from now on. */
    watchNetworks(listener: (event: NetworkEvent) => void, options: CallOptions = {}): Promise<Subscription> {
      const calls = [procedures.connectNetworkEventRegisterAny, procedures.connectNetworkEventDeregisterAny] as const;
      return subscribe(networkEventKind, calls, { event: networkEventKind.id, network: undefined }, listener, options);
    },

    /** Tells which storage pools are defined, undefined, started, stopped, created and deleted from now on. */
    watchStoragePools(listener: (event: StoragePoolEvent) => void, options: CallOptions = {}): Promise<Subscription> {
      const calls = [
        procedures.connectStoragePoolEventRegisterAny,
        procedures.connectStoragePoolEventDeregisterAny,
      ] as const;
      return subscribe(
        storagePoolEventKind,
        calls,
        { event: storagePoolEventKind.id, pool: undefined },
        listener,
        options,
      );
    },
  };
}
