/**
 * What may be asked of a guest agent: a closed list, of which nothing changes the guest (QEMU: qga/qapi-schema.json). Files are opened for
 * reading only, and only those of the list of readable paths; programs are never run (guest-exec is not among the questions).
 */
import { isReadablePath } from '#formats/guest-agent/readable-paths';

/** Questions that take no arguments: which commands there are, the system, the devices with their drivers (Windows). */
export const plainQuestions = ['guest-info', 'guest-get-osinfo', 'guest-get-devices'] as const;

/** One question. */
export type AgentQuestion =
  | { readonly ask: (typeof plainQuestions)[number] }
  | { readonly ask: 'guest-file-open'; readonly path: string }
  | { readonly ask: 'guest-file-read'; readonly handle: number; readonly count: number }
  | { readonly ask: 'guest-file-close'; readonly handle: number };

/** Most bytes that one question reads of a file. */
export const mostBytesAtOnce = 65_536;

/** Gives the question as the agent's JSON; undefined for what is not on the closed list, whatever its type says. */
export function printAgentQuestion(question: AgentQuestion): string | undefined {
  switch (question.ask) {
    case 'guest-file-open':
      return isReadablePath(question.path) ? command(question.ask, { path: question.path, mode: 'r' }) : undefined;
    case 'guest-file-read':
      return isHandle(question.handle) && question.count > 0 && question.count <= mostBytesAtOnce
        ? command(question.ask, { handle: question.handle, count: question.count })
        : undefined;
    case 'guest-file-close':
      return isHandle(question.handle) ? command(question.ask, { handle: question.handle }) : undefined;
    default:
      return plainQuestions.includes(question.ask) ? command(question.ask) : undefined;
  }
}

const isHandle = (handle: number): boolean => Number.isSafeInteger(handle) && handle >= 0;

const command = (execute: string, args?: object): string =>
  JSON.stringify(args === undefined ? { execute } : { execute, arguments: args });
