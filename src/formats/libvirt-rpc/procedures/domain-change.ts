/** Calls that change guests, or may. */
import { int32, nothing, optional, struct, text, uint32, yesNo } from '#formats/libvirt-rpc/codec';
import { domain } from '#formats/libvirt-rpc/objects';
import { procedure, qemuProgram } from '#formats/libvirt-rpc/procedure';

const ofDomainWithFlags = struct({ domain, flags: uint32 });
const ofXmlWithFlags = struct({ xml: text, flags: uint32 });
const aDomain = struct({ domain });

/** A call of QEMU's own program: one command to the guest agent, and its answer, both JSON. */
const domainAgentCommand = {
  ...procedure(
    3,
    'domain_agent_command',
    'write',
    struct({ domain, command: text, timeoutS: int32, flags: uint32 }),
    struct({ answer: optional(text) }),
    'slow',
  ),
  program: qemuProgram,
};

/** The calls that change guests, or may. */
export const domainChangeProcedures = {
  domainDefineXmlFlags: procedure(350, 'domain_define_xml_flags', 'write', ofXmlWithFlags, aDomain, 'slow'),
  domainUndefineFlags: procedure(231, 'domain_undefine_flags', 'write', ofDomainWithFlags, nothing),
  domainCreateXml: procedure(10, 'domain_create_xml', 'write', ofXmlWithFlags, aDomain, 'slow'),
  domainCreateWithFlags: procedure(196, 'domain_create_with_flags', 'write', ofDomainWithFlags, aDomain, 'slow'),
  domainShutdownFlags: procedure(258, 'domain_shutdown_flags', 'write', ofDomainWithFlags, nothing),
  domainDestroyFlags: procedure(234, 'domain_destroy_flags', 'write', ofDomainWithFlags, nothing),
  domainSetAutostart: procedure(29, 'domain_set_autostart', 'write', struct({ domain, autostart: yesNo }), nothing),
  domainSetMetadata: procedure(
    264,
    'domain_set_metadata',
    'write',
    struct({ domain, type: int32, metadata: optional(text), key: optional(text), uri: optional(text), flags: uint32 }),
    nothing,
  ),
  domainAgentCommand,
} as const;
