import type { AgentQuestion } from '#formats/guest-agent/agent-question';
import type { Domain } from '#formats/libvirt-rpc/objects';
import { agentProcedures } from '#formats/libvirt-rpc/procedures/agent';
import type { CallOptions, RpcChannel } from '#libvirt/rpc-channel';

/** How a guest agent is asked. */
export interface AgentOptions extends CallOptions {
  /** How long libvirt waits for the agent, in seconds: once for a sign of life, once for the answer. 5 unless told otherwise. */
  readonly agentTimeoutS?: number | undefined;
}

/** The calls that ask guest agents. */
export type AgentCalls = ReturnType<typeof agentCalls>;

/** Makes the calls that ask guest agents. They change nothing, and need a read-write connection; QEMU only. */
export const agentCalls = (channel: RpcChannel) => ({
  /**
   * Asks the agent in a guest one of the closed list of questions; gives its answer as JSON. Rejects with LibvirtError where the agent is
   * not there (VIR_ERR_AGENT_UNRESPONSIVE), or answers with an error; with XdrError for a question that is not on the list.
   */
  askAgent: async (
    domain: Domain,
    question: AgentQuestion,
    { agentTimeoutS = 5, timeoutMs = 2 * agentTimeoutS * 1000 + 2000, ...options }: AgentOptions = {},
  ): Promise<string> =>
    (
      await channel.call(
        agentProcedures.domainAgentQuestion,
        { domain, question, timeoutS: agentTimeoutS, flags: 0 },
        { timeoutMs, ...options },
      )
    ).answer ?? '',
});
