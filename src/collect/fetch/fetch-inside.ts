import type { InsideSource } from '#collect/inside/inside-guests';
import { insideReadings } from '#collect/inside/inside-readings';
import { listReadings } from '#collect/reading';
import { parseAgentAnswer, parseAgentInfo, parseFilePiece, parseHandle } from '#formats/guest-agent/agent-answer';
import { type AgentQuestion, mostBytesAtOnce, plainQuestions } from '#formats/guest-agent/agent-question';
import { isReadablePath } from '#formats/guest-agent/readable-paths';
import type { Domain } from '#formats/libvirt-rpc/objects';
import { maskOutput } from '#formats/secrets/mask-output';
import { CallTimeout } from '#libvirt/call-timeout';
import type { Connection } from '#libvirt/connection';
import { LibvirtError } from '#libvirt/libvirt-error';
import { ProtocolError } from '#libvirt/protocol-error';
import { type Unknown, unknown } from '#model/known';
import type { Commands } from '#transport/commands';
import type { FileResult, FileTree } from '#transport/file-tree';

/** Most files of one guest that are read, and most of each: what is longer is none of the small files that are wanted. */
const mostFiles = 400;
const mostBytes = 4 * mostBytesAtOnce;

/** Rounds of reading: what a file says may lead to others, but not far. */
const mostRounds = 24;

/** Thrown inside this file where the agent is not worth asking any more. */
class AgentGone extends Error {
  override readonly name = 'AgentGone';
  readonly code = 'agent-gone';
}

type Ask = (question: AgentQuestion) => Promise<FileResult<unknown>>;

/**
 * Asks the agent in a guest for what the readings from inside a guest want, one question after the other, until nothing new is wanted.
 * Gives the sources that it makes; unknown where the agent does not answer. The signal ends it early: what was not asked by then was not
 * captured. Nothing that a guest answers makes it throw.
 */
export async function fetchInside(
  connection: Pick<Connection, 'askAgent'>,
  domain: Domain,
  signal: AbortSignal,
): Promise<InsideSource | Unknown> {
  const ask = asker(connection, domain, signal);
  const files = new Map<string, FileResult<string>>();
  const outputs = new Map<string, FileResult<string>>();
  try {
    const answer = await ask({ ask: 'guest-info' });
    const info = answer.outcome === 'ok' ? parseAgentInfo(answer.value) : undefined;
    if (info === undefined)
      return unknown(`the guest agent of ${domain.name} gave no answer that was understood`, remedy);
    const by = `guest agent ${info.version}`;
    for (const question of plainQuestions) {
      if (question === 'guest-info') continue;
      const name = question;
      outputs.set(name, info.enabled.has(name) ? textOf(await ask({ ask: name })) : notAllowed(name));
    }
    await readFiles(ask, files, info.enabled.has('guest-file-open') && info.enabled.has('guest-file-read'), outputs);
    return sourceOf(by, files, outputs, `the guest agent was not asked for it`);
  } catch (error) {
    if (!(error instanceof AgentGone)) throw error;
    // what it said before it fell silent still stands
    return files.size > 0 ? sourceOf('guest agent', files, outputs, error.message) : unknown(error.message, remedy);
  }
}

const remedy = 'in the guest: systemctl restart qemu-guest-agent; or --guest-facts GUEST=FILE';

const notAllowed = (command: string): FileResult<never> => ({
  outcome: 'not-captured',
  reason: `this guest agent does not allow ${command}`,
});

/** Runs the readings over what is there, and asks for what they looked for in vain, again and again. */
async function readFiles(
  ask: Ask,
  files: Map<string, FileResult<string>>,
  mayRead: boolean,
  outputs: ReadonlyMap<string, FileResult<string>>,
): Promise<void> {
  for (let round = 0; round < mostRounds; round++) {
    const wanted = new Set<string>();
    const tree = treeOf(files, path => {
      if (isReadablePath(path)) wanted.add(path);
      return 'it was not asked for';
    });
    const sources = { files: tree, commands: commandsOf(outputs, ''), libvirt: unknown('not of a guest') };
    for (const { reading } of listReadings(insideReadings)) reading.read(sources);
    const next = [...wanted].slice(0, mostFiles - files.size);
    if (next.length === 0) return;
    for (const path of next) files.set(path, mayRead ? await readFile(ask, path) : notAllowed('guest-file-open'));
  }
}

async function readFile(ask: Ask, path: string): Promise<FileResult<string>> {
  const opened = await ask({ ask: 'guest-file-open', path });
  if (opened.outcome !== 'ok') return opened;
  const handle = parseHandle(opened.value);
  if (handle === undefined) return notUnderstood(path);
  const pieces: Uint8Array[] = [];
  try {
    for (let length = 0; length < mostBytes; ) {
      const answer = await ask({ ask: 'guest-file-read', handle, count: mostBytesAtOnce });
      if (answer.outcome !== 'ok') return answer;
      const piece = parseFilePiece(answer.value);
      if (piece === undefined) return notUnderstood(path);
      pieces.push(piece.bytes);
      length += piece.bytes.length;
      if (piece.isLast) return { outcome: 'ok', value: new TextDecoder().decode(Buffer.concat(pieces)) };
    }
    return { outcome: 'not-captured', reason: `${path} in it is longer than ${mostBytes / 1024} KiB` };
  } finally {
    await ask({ ask: 'guest-file-close', handle });
  }
}

const notUnderstood = (path: string): FileResult<never> => ({
  outcome: 'not-captured',
  reason: `what the guest agent answered about ${path} was not understood`,
});

/** Makes a function that asks one question. @throws AgentGone where the agent does not answer, so that nobody waits for it twice */
const asker =
  (connection: Pick<Connection, 'askAgent'>, domain: Domain, signal: AbortSignal): Ask =>
  async question => {
    try {
      const answer = parseAgentAnswer(await connection.askAgent(domain, question, { signal }));
      return answer === undefined
        ? { outcome: 'not-captured', reason: `the answer to ${question.ask} was not understood` }
        : { outcome: 'ok', value: answer.value };
    } catch (error) {
      return resultOf(error, domain, signal);
    }
  };

function resultOf(error: unknown, { name }: Domain, signal: AbortSignal): FileResult<never> {
  if (signal.aborted) throw new AgentGone(`the guest agent of ${name} took too long`);
  if (error instanceof CallTimeout) throw new AgentGone(`the guest agent of ${name} did not answer in time`);
  // an answer that is none spoils this question only
  if (error instanceof ProtocolError && error.code === 'malformed-answer')
    return { outcome: 'not-captured', reason: 'the answer of the guest agent was not understood' };
  if (!(error instanceof LibvirtError)) {
    if (error instanceof TypeError || error instanceof RangeError || !(error instanceof Error)) throw error;
    throw new AgentGone(maskOutput(error.message));
  }
  // libvirt gives the agent's own error with others of its kind: VIR_ERR_INTERNAL_ERROR
  if (/\(?No such file or directory\)?$|: ENOENT/i.test(error.message)) return { outcome: 'absent' };
  if (/Permission denied$|Operation not permitted$/i.test(error.message))
    return { outcome: 'denied', reason: 'the guest agent may not' };
  if (/unable to execute QEMU agent command|guest agent command failed/i.test(error.message))
    return { outcome: 'not-captured', reason: `the guest agent says: ${shortened(error.message)}` };
  throw new AgentGone(`the guest agent of ${name} does not answer: ${shortened(error.message)}`);
}

const shortened = (message: string): string => {
  const own = message.replace(/^internal error: (?:unable to execute QEMU agent command '[\w-]+': )?/, '');
  return maskOutput(own.length > 200 ? `${own.slice(0, 200)}…` : own);
};

const textOf = (answer: FileResult<unknown>): FileResult<string> =>
  answer.outcome === 'ok' ? { outcome: 'ok', value: JSON.stringify(answer.value) } : answer;

const sourceOf = (
  by: string,
  files: ReadonlyMap<string, FileResult<string>>,
  outputs: ReadonlyMap<string, FileResult<string>>,
  otherwise: string,
): InsideSource => ({ by, files: treeOf(files, () => otherwise), commands: commandsOf(outputs, otherwise) });

/** An agent cannot list folders or follow links: only reading is answered. */
function treeOf(files: ReadonlyMap<string, FileResult<string>>, lacking: (path: string) => string): FileTree {
  const nothing = (path: string): FileResult<never> => ({ outcome: 'not-captured', reason: lacking(path) });
  const never = (): FileResult<never> => ({ outcome: 'not-captured', reason: 'a guest agent only reads files' });
  return { read: path => files.get(path) ?? nothing(path), list: never, link: never, room: never };
}

const commandsOf = (outputs: ReadonlyMap<string, FileResult<string>>, otherwise: string): Commands => ({
  output: argv => outputs.get(argv.join(' ')) ?? { outcome: 'not-captured', reason: otherwise },
});
