/** What kind of fault an XML text has; stable, for callers that branch on it. */
export type XmlErrorCode =
  | 'empty'
  | 'too-large'
  | 'too-deep'
  | 'too-many'
  | 'doctype'
  | 'entity'
  | 'encoding'
  | 'character'
  | 'name'
  | 'tag'
  | 'attribute'
  | 'comment'
  | 'instruction'
  | 'content';

/** A place in a text: line and column count from 1. */
export interface XmlPosition {
  /** 1-based; lines end at `\n`, so CRLF is one line end. */
  readonly line: number;
  /** 1-based, in Unicode code points (an emoji is one column); a byte order mark takes no column. */
  readonly column: number;
}

/**
 * The one error of the XML reader: what is wrong, where, and what to do.
 * Its words never quote text or attribute values, which may be secret; only names of elements.
 */
export class XmlError extends Error {
  readonly code: XmlErrorCode;
  /** The name the caller gave to the text. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What is wrong, without the place; `message` is `file:line:column: says`. */
  readonly says: string;
  /** What the reader of the message can do. */
  readonly doThis: string;

  constructor(code: XmlErrorCode, file: string, position: XmlPosition, says: string, doThis: string) {
    super(`${file}:${position.line}:${position.column}: ${says}`);
    this.name = 'XmlError';
    this.code = code;
    this.file = file;
    this.line = position.line;
    this.column = position.column;
    this.says = says;
    this.doThis = doThis;
  }
}

/**
 * Line and column of `offset` (UTF-16 units) in `text`.
 * `from` may name a line start already known: its offset and its line number.
 */
export function positionInText(text: string, offset: number, from: { offset: number; line: number }): XmlPosition {
  let { line, offset: lineStart } = from;
  for (let end = text.indexOf('\n', lineStart); end !== -1 && end < offset; end = text.indexOf('\n', lineStart)) {
    line++;
    lineStart = end + 1;
  }
  let column = 1;
  for (let at = lineStart; at < offset; at++) {
    const unit = text.charCodeAt(at);
    const isSecondHalf =
      unit >= 0xdc00 && unit <= 0xdfff && at > lineStart && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
    const isMark = unit === 0xfeff && at === 0;
    if (!(isSecondHalf || isMark)) column++;
  }
  return { line, column };
}
