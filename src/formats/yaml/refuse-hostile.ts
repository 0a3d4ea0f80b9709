import { CST, Lexer } from 'yaml';
import { YamlError, type YamlPosition } from '#formats/yaml/yaml-error';

/** More than settings of a thousand hosts need, less than hurts. */
const limits = { length: 2 ** 20, lines: 30_000, depth: 32, indent: 200, anchors: 100, aliases: 1000 } as const;

/**
 * Throws YamlError for a text that would cost the parser its stack or its time: it composes nested nodes by recursion, and node itself
 * ends without a word where that goes too deep. Only tokens are looked at here, without recursion. Tags are refused as well: nothing
 * in settings needs a type that is not plain to see.
 */
export function refuseHostile(text: string): void {
  if (text.length > limits.length)
    throw new YamlError(`larger than ${limits.length / 2 ** 20} MiB, which no settings are`, { line: 1, column: 1 });
  const at = { line: 1, column: 1 };
  const counts = { flow: 0, block: 0, anchors: 0, aliases: 0 };
  for (const token of new Lexer().lex(text)) {
    count(token, counts, at);
    advance(at, token);
  }
}

interface Counts {
  /** Brackets open here. */
  flow: number;
  /** Indicators of sequences and mappings at the start of this line: each nests one level deeper. */
  block: number;
  anchors: number;
  aliases: number;
}

function count(token: string, counts: Counts, at: YamlPosition): void {
  const refuse = (message: string): never => {
    throw new YamlError(message, { ...at });
  };
  switch (CST.tokenType(token)) {
    case 'flow-map-start':
    case 'flow-seq-start':
      if (++counts.flow > limits.depth) refuse(`nested more than ${limits.depth} levels deep`);
      break;
    case 'flow-map-end':
    case 'flow-seq-end':
      counts.flow = Math.max(0, counts.flow - 1);
      break;
    case 'seq-item-ind':
    case 'explicit-key-ind':
    case 'map-value-ind':
      if (counts.flow === 0 && ++counts.block > limits.depth) refuse(`nested more than ${limits.depth} levels deep`);
      if (at.column > limits.indent && counts.flow === 0) refuse(`indented by more than ${limits.indent} columns`);
      break;
    case 'newline':
      counts.block = 0;
      if (at.line >= limits.lines) refuse(`more than ${limits.lines} lines, which no settings have`);
      break;
    case 'anchor':
      if (++counts.anchors > limits.anchors) refuse(`more than ${limits.anchors} anchors`);
      break;
    case 'alias':
      if (++counts.aliases > limits.aliases) refuse(`more than ${limits.aliases} aliases`);
      break;
    case 'tag':
      refuse(`a tag (${token.slice(0, 20)}) is not read here`);
      break;
    default:
  }
}

function advance(at: { line: number; column: number }, token: string): void {
  const last = token.lastIndexOf('\n');
  if (last === -1) {
    // the lexer's own marks take no room in the text
    at.column +=
      token === CST.BOM || token === CST.DOCUMENT || token === CST.FLOW_END || token === CST.SCALAR ? 0 : token.length;
    return;
  }
  for (let from = token.indexOf('\n'); from !== -1; from = token.indexOf('\n', from + 1)) at.line++;
  at.column = token.length - last;
}
