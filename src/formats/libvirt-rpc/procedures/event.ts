/** Calls that ask for events, and the events themselves. */
import { int32, nothing, optional, struct, text, uint64 } from '#formats/libvirt-rpc/codec';
import { domain, network, storagePool } from '#formats/libvirt-rpc/objects';
import { procedure } from '#formats/libvirt-rpc/procedure';
import { typedParameters } from '#formats/libvirt-rpc/typed-parameter';

const subscribed = struct({ callback: int32 });

/** The calls that ask for events. */
export const eventProcedures = {
  connectDomainEventCallbackRegisterAny: procedure(
    316,
    'connect_domain_event_callback_register_any',
    'read',
    struct({ event: int32, domain: optional(domain) }),
    subscribed,
  ),
  connectDomainEventCallbackDeregisterAny: procedure(
    317,
    'connect_domain_event_callback_deregister_any',
    'read',
    subscribed,
    nothing,
  ),
  connectNetworkEventRegisterAny: procedure(
    313,
    'connect_network_event_register_any',
    'read',
    struct({ event: int32, network: optional(network) }),
    subscribed,
  ),
  connectNetworkEventDeregisterAny: procedure(314, 'connect_network_event_deregister_any', 'read', subscribed, nothing),
  connectStoragePoolEventRegisterAny: procedure(
    368,
    'connect_storage_pool_event_register_any',
    'read',
    struct({ event: int32, pool: optional(storagePool) }),
    subscribed,
  ),
  connectStoragePoolEventDeregisterAny: procedure(
    369,
    'connect_storage_pool_event_deregister_any',
    'read',
    subscribed,
    nothing,
  ),
} as const;

/**
 * The events that can be listened to: the number by which one asks for them, the number of the message in which they come (the procedure
 * number of its header), and what that holds behind the number of the subscription, with which each begins.
 */
export const domainEvents = {
  lifecycle: {
    id: 0,
    name: 'domain_event_callback_lifecycle',
    procedure: 318,
    payload: struct({ domain, event: int32, detail: int32 }),
  },
  reboot: { id: 1, name: 'domain_event_callback_reboot', procedure: 319, payload: struct({ domain }) },
  balloonChange: {
    id: 13,
    name: 'domain_event_callback_balloon_change',
    procedure: 331,
    payload: struct({ domain, actualKib: uint64 }),
  },
  deviceRemoved: {
    id: 15,
    name: 'domain_event_callback_device_removed',
    procedure: 333,
    payload: struct({ domain, alias: text }),
  },
  tunable: {
    id: 17,
    name: 'domain_event_callback_tunable',
    procedure: 346,
    payload: struct({ domain, parameters: typedParameters }),
  },
  agentLifecycle: {
    id: 18,
    name: 'domain_event_callback_agent_lifecycle',
    procedure: 348,
    payload: struct({ domain, state: int32, reason: int32 }),
  },
  deviceAdded: {
    id: 19,
    name: 'domain_event_callback_device_added',
    procedure: 354,
    payload: struct({ domain, alias: text }),
  },
  jobCompleted: {
    id: 21,
    name: 'domain_event_callback_job_completed',
    procedure: 363,
    payload: struct({ domain, parameters: typedParameters }),
  },
  metadataChange: {
    id: 23,
    name: 'domain_event_callback_metadata_change',
    procedure: 379,
    payload: struct({ domain, type: int32, uri: optional(text) }),
  },
} as const;

/** The same for networks. */
export const networkEvents = {
  lifecycle: {
    id: 0,
    name: 'network_event_lifecycle',
    procedure: 315,
    payload: struct({ network, event: int32, detail: int32 }),
  },
} as const;

/** The same for storage pools. */
export const storagePoolEvents = {
  lifecycle: {
    id: 0,
    name: 'storage_pool_event_lifecycle',
    procedure: 370,
    payload: struct({ pool: storagePool, event: int32, detail: int32 }),
  },
} as const;
