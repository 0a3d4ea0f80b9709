/** Reads what a guest agent answers: `{"return": …}` (QEMU: qga/qapi-schema.json). A guest may answer anything, so nothing is taken on trust. */
import * as v from 'valibot';
import { mostBytesAtOnce } from '#formats/guest-agent/agent-question';

/** Longest answer that is read, in characters. */
const longest = 2 * 1024 * 1024;

/** What stands behind `return`; undefined for a text that is no such answer, or is too long. */
export function parseAgentAnswer(text: string): { readonly value: unknown } | undefined {
  if (text.length > longest) return undefined;
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && 'return' in answer ? { value: answer.return } : undefined;
  } catch {
    return undefined;
  }
}

const info = v.object({
  version: v.pipe(v.string(), v.maxLength(100)),
  supported_commands: v.pipe(
    v.array(v.object({ name: v.pipe(v.string(), v.maxLength(100)), enabled: v.boolean() })),
    v.maxLength(1000),
  ),
});

/** The agent's version, and the commands that it has enabled: the answer to guest-info. */
export interface AgentInfo {
  readonly version: string;
  readonly enabled: ReadonlySet<string>;
}

/** Reads the answer to guest-info; undefined where it is none. */
export function parseAgentInfo(value: unknown): AgentInfo | undefined {
  const parsed = v.safeParse(info, value);
  if (!parsed.success) return undefined;
  const commands = parsed.output.supported_commands.filter(({ enabled }) => enabled);
  return { version: parsed.output.version, enabled: new Set(commands.map(({ name }) => name)) };
}

/** Reads the answer to guest-file-open: a handle; undefined where it is none. */
export const parseHandle = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

const read = v.object({
  count: v.number(),
  'buf-b64': v.pipe(v.string(), v.maxLength(Math.ceil(mostBytesAtOnce / 3) * 4)),
  eof: v.boolean(),
});

/** A piece of a file. */
export interface FilePiece {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

/** Reads the answer to guest-file-read; undefined where it is none, or holds more than was asked for. */
export function parseFilePiece(value: unknown): FilePiece | undefined {
  const parsed = v.safeParse(read, value);
  if (!parsed.success) return undefined;
  const bytes = Buffer.from(parsed.output['buf-b64'], 'base64');
  return bytes.length === parsed.output.count ? { bytes, isLast: parsed.output.eof || bytes.length === 0 } : undefined;
}
