/** The text of a file and how to make bytes of it again: bytes that are no UTF-8 are taken for Latin-1, so that what is not edited stays as it is. */
export interface FileText {
  readonly text: string;
  readonly encoding: 'utf8' | 'latin1';
}

/** Gives the text of bytes. */
export function textOf(bytes: Uint8Array): FileText {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  if (!text.includes('\uFFFD') || Buffer.from(text).equals(buffer)) return { text, encoding: 'utf8' };
  return { text: buffer.toString('latin1'), encoding: 'latin1' };
}

/** Gives the bytes of a text that takes the place of `before` (undefined: of nothing): in the encoding that it has. */
export function bytesOf(text: string, before: Uint8Array | undefined): Uint8Array {
  const encoding = before === undefined ? 'utf8' : textOf(before).encoding;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what Latin-1 can hold
  if (encoding === 'latin1' && !/^[\u0000-\u00FF]*$/.test(text)) return Buffer.from(text);
  return Buffer.from(text, encoding);
}
