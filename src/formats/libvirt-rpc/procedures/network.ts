/** Calls about virtual networks. */
import { list, struct, text, uint32, yesNo } from '#formats/libvirt-rpc/codec';
import { network } from '#formats/libvirt-rpc/objects';
import { procedure } from '#formats/libvirt-rpc/procedure';

const ofNetwork = struct({ network });

/** The calls about virtual networks. */
export const networkProcedures = {
  connectListAllNetworks: procedure(
    283,
    'connect_list_all_networks',
    'read',
    struct({ wantsResults: yesNo, flags: uint32 }),
    struct({ networks: list(network), count: uint32 }),
  ),
  networkLookupByName: procedure(46, 'network_lookup_by_name', 'read', struct({ name: text }), ofNetwork),
  networkGetXmlDesc: procedure(
    43,
    'network_get_xml_desc',
    'read',
    struct({ network, flags: uint32 }),
    struct({ xml: text }),
  ),
  networkGetAutostart: procedure(44, 'network_get_autostart', 'read', ofNetwork, struct({ autostart: yesNo })),
  networkIsActive: procedure(152, 'network_is_active', 'read', ofNetwork, struct({ active: yesNo })),
} as const;
