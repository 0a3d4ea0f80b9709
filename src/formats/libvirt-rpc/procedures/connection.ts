/** Calls about the connection itself and the hypervisor behind it. */
import { int32, list, nothing, optional, struct, text, uint32, uint64, yesNo } from '#formats/libvirt-rpc/codec';
import { procedure } from '#formats/libvirt-rpc/procedure';

/** The calls about the connection and the hypervisor. */
export const connectionProcedures = {
  connectOpen: procedure(1, 'connect_open', 'read', struct({ name: optional(text), flags: uint32 }), nothing),
  connectClose: procedure(2, 'connect_close', 'read', nothing, nothing),
  connectGetType: procedure(3, 'connect_get_type', 'read', nothing, struct({ type: text })),
  connectGetVersion: procedure(4, 'connect_get_version', 'read', nothing, struct({ version: uint64 })),
  connectGetCapabilities: procedure(7, 'connect_get_capabilities', 'read', nothing, struct({ xml: text }), 'slow'),
  connectGetHostname: procedure(59, 'connect_get_hostname', 'read', nothing, struct({ hostname: text })),
  connectSupportsFeature: procedure(
    60,
    'connect_supports_feature',
    'read',
    struct({ feature: int32 }),
    struct({ supported: yesNo }),
  ),
  authList: procedure(66, 'auth_list', 'read', nothing, struct({ types: list(int32) })),
  authPolkit: procedure(70, 'auth_polkit', 'read', nothing, struct({ complete: yesNo })),
  connectGetUri: procedure(110, 'connect_get_uri', 'read', nothing, struct({ uri: text })),
  connectDomainXmlToNative: procedure(
    136,
    'connect_domain_xml_to_native',
    'read-privileged',
    struct({ format: text, xml: text, flags: uint32 }),
    struct({ native: text }),
    'slow',
  ),
  connectGetLibVersion: procedure(157, 'connect_get_lib_version', 'read', nothing, struct({ version: uint64 })),
  connectGetSysinfo: procedure(203, 'connect_get_sysinfo', 'read', struct({ flags: uint32 }), struct({ xml: text })),
  connectGetCpuModelNames: procedure(
    312,
    'connect_get_cpu_model_names',
    'read',
    struct({ architecture: text, wantsNames: yesNo, flags: uint32 }),
    struct({ names: list(text), count: int32 }),
  ),
  connectGetDomainCapabilities: procedure(
    342,
    'connect_get_domain_capabilities',
    'read-privileged',
    struct({
      emulator: optional(text),
      architecture: optional(text),
      machine: optional(text),
      virtType: optional(text),
      flags: uint32,
    }),
    struct({ xml: text }),
    'slow',
  ),
} as const;

/** Ways to prove who one is, as `auth_list` numbers them. */
export const authTypes = { none: 0, sasl: 1, polkit: 2 } as const;

/** What `connect_supports_feature` can be asked. Asking for keepalive also starts the daemon's own pings. */
export const features = { keepalive: 10 } as const;

/** Flags of `connect_open`. */
export const openFlags = { readOnly: 1 } as const;
