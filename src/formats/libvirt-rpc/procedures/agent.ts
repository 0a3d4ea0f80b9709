/** The questions to a guest agent: the call that could send it anything, narrowed to what changes nothing. */
import { type AgentQuestion, printAgentQuestion } from '#formats/guest-agent/agent-question';
import { type Codec, int32, looseText, optional, struct, text, uint32 } from '#formats/libvirt-rpc/codec';
import { domain } from '#formats/libvirt-rpc/objects';
import { procedure, qemuProgram } from '#formats/libvirt-rpc/procedure';
import { XdrError } from '#formats/libvirt-rpc/xdr-error';

/** Writes only what is on the closed list: there is no way to make this call carry anything else. */
const question: Codec<AgentQuestion> = {
  least: 4,
  read: () => {
    throw new XdrError('bad-value', 0, 'a question to a guest agent, which only clients send,');
  },
  write: (to, value) => {
    const command = printAgentQuestion(value);
    if (command === undefined) throw new XdrError('bad-value', 0, `${value.ask}, which may not be asked,`);
    text.write(to, command);
  },
};

/** Calls of QEMU's own program that read. */
export const agentProcedures = {
  domainAgentQuestion: {
    ...procedure(
      3,
      'domain_agent_command',
      'read-privileged',
      struct({ domain, question, timeoutS: int32, flags: uint32 }),
      struct({ answer: optional(looseText) }),
    ),
    program: qemuProgram,
  },
} as const;
