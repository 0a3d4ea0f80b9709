import { positionInText, XmlError } from '#formats/xml/xml-error';
import { xmlLimits } from '#formats/xml/xml-limits';

/** Encodings that libvirt's files can have; libvirt itself writes UTF-8 only. ISO-8859-1 is read as its superset windows-1252. */
const encodings: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'iso-8859-1': 'windows-1252',
  'windows-1252': 'windows-1252',
};

/**
 * Makes text of the bytes of an XML file, as XML 1.0 appendix F says: by byte order mark, else by the declaration's
 * `encoding`, else UTF-8. A byte order mark stays in the text, so that encoding it again gives the same bytes.
 *
 * @throws XmlError for another encoding, for bytes that do not fit it, and for more than `xmlLimits.length` bytes
 */
export function decodeXmlBytes(bytes: Uint8Array, options: { readonly file: string }): string {
  const { file } = options;
  if (bytes.length > xmlLimits.length) {
    const says = `The file is longer than ${xmlLimits.length / 2 ** 20} MiB.`;
    throw new XmlError(
      'too-large',
      file,
      { line: 1, column: 1 },
      says,
      'Check that this is a libvirt XML file: the largest are a few MiB.',
    );
  }
  const encoding = encodingOf(bytes, file);
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const lenient = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
    const position = positionInText(lenient, Math.max(0, lenient.indexOf('\ufffd')), { offset: 0, line: 1 });
    throw new XmlError(
      'encoding',
      file,
      position,
      `Here are bytes that are no ${encoding.toUpperCase()} text.`,
      'Save the file as UTF-8, or name its encoding in the XML declaration.',
    );
  }
}

function encodingOf(bytes: Uint8Array, file: string): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  const head = String.fromCharCode(...bytes.subarray(0, 200));
  const declared = /^(?:\u00ef\u00bb\u00bf)?<\?xml[^>]{1,60}encoding\s{0,9}=\s{0,9}["']([\w.-]{1,40})["']/
    .exec(head)?.[1]
    ?.toLowerCase();
  if (declared === undefined) return 'utf-8';
  const known = Object.hasOwn(encodings, declared) ? encodings[declared] : undefined;
  if (known === undefined) {
    throw new XmlError(
      'encoding',
      file,
      { line: 1, column: 1 },
      `The file says its encoding is ${declared}, which is not read.`,
      'Save the file as UTF-8.',
    );
  }
  return known;
}
