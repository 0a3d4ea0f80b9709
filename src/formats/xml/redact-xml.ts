import { decodeReferences } from '#formats/xml/decode-references';
import { piecesBetween } from '#formats/xml/xml-content';
import type { Span, XmlAttribute, XmlDocument, XmlElement } from '#formats/xml/xml-document';
import { attribute, localName } from '#formats/xml/xml-tree';
import { secretMark } from '#units/secret';

/**
 * Where secrets stand in libvirt's XML. `redacted` masks all of it; what is not in the table stays.
 *
 * | place | masked | stays |
 * |---|---|---|
 * | attribute or element whose name ends in one of `secretName` (`graphics/@passwd`, `https` `cookies/cookie`, `auth/@passwd` of old pools, metadata) | its value; its own text | `<secret type= uuid= usage=>`: a reference; `passwdValidTo` |
 * | `qemu:env` whose @name speaks of a secret | @value | other variables |
 * | any other value, text or comment (`qemu:arg`, `cmdline`, JSON block devices, URIs) | what stands behind `password=` and the like, in JSON or not; the password of `scheme://user:password@` | ids that refer to a secret: `password-secret=sec0` |
 * | the same, holding a QEMU `secret` object | what stands behind `data=` | its id, file, format |
 * | the same, holding a private key in PEM form | all of it | |
 * | `sysinfo`, fw_cfg strings, launchSecurity | only what the lines above say | the rest |
 */
const secretName = /(?:passw(?:or)?d|passphrase|secret|token|cookie|private[-_]?key)$/i;

const secretVariable = /pass|secret|token|key|cookie|credential/i;

/** Each finds in its second group a secret, and in its first the text before it. */
const secretPatterns: readonly RegExp[] = [
  /(\b[A-Za-z][A-Za-z0-9+.-]{0,30}:\/\/[^/\s:@'"<>]{0,200}:)([^/\s@'"<>]{1,500})@/g,
  /((?:passw(?:or)?d|passphrase|rootpw|(?<![-\w])secret)=)((?:[^,\s]|,,)+)/gi,
  /("[\w.-]{0,60}(?:passw(?:or)?d|passphrase|(?<![-\w])secret|cookie)"\s{0,9}:\s{0,9}")((?:[^"\\]|\\.)+)/gi,
];

const secretObject = /(?:^|[\s=])secret,|"qom-type"\s{0,9}:\s{0,9}"secret"/;
const secretObjectPatterns: readonly RegExp[] = [
  /((?:^|,)data=)((?:[^,\s]|,,)+)/g,
  /("data"\s{0,9}:\s{0,9}")((?:[^"\\]|\\.)+)/g,
];

const privateKey = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/;

/**
 * The source text of a stretch of a document, for printing, evidence and bundles: unchanged but for secrets, each of
 * which is replaced by `‹secret›`. The stretch may begin or end inside one.
 *
 * @param start offset of the first character
 * @param end offset past the last one
 */
export function redacted(document: XmlDocument, start: number, end: number): string {
  let written = '';
  let at = start;
  for (const secret of secretsIn(document, start, end)) {
    if (secret.end <= at || secret.start >= end) continue;
    written += document.text.slice(at, Math.max(at, secret.start)) + secretMark;
    at = secret.end;
  }
  return at < end ? written + document.text.slice(at, end) : written;
}

/** The secrets that stand in a stretch of the document or reach into it, in the order of the text. */
export function secretsIn(document: XmlDocument, start: number, end: number): readonly Span[] {
  const found: Span[] = [];
  const { root } = document;
  secretsBetween(document, document.start, root.start, { start, end }, found);
  secretsOf(root, { start, end }, found);
  secretsBetween(document, root.end, document.end, { start, end }, found);
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
}

function secretsOf(element: XmlElement, within: Span, found: Span[]): void {
  if (element.end <= within.start || element.start >= within.end) return;
  const { document } = element;
  if (element.openEnd > within.start) for (const each of element.attributes) secretsOfAttribute(element, each, found);
  const isSecret = secretName.test(localName(element));
  let at = element.openEnd;
  for (const inner of element.children) {
    secretsBetween(document, at, inner.start, within, found, isSecret);
    secretsOf(inner, within, found);
    at = inner.end;
  }
  secretsBetween(document, at, element.closeStart, within, found, isSecret);
}

function secretsOfAttribute(element: XmlElement, { name, valueStart, valueEnd }: XmlAttribute, found: Span[]): void {
  if (valueStart === valueEnd) return;
  const isVariable =
    name === 'value' && localName(element) === 'env' && secretVariable.test(attribute(element, 'name') ?? '');
  if (isVariable || secretName.test(name)) found.push({ start: valueStart, end: valueEnd });
  else secretsInText(element.document, valueStart, valueEnd, found);
}

/** Text, CDATA and comments of a stretch without tags. In an element that is a secret by name all its text is. */
function secretsBetween(
  document: XmlDocument,
  from: number,
  to: number,
  within: Span,
  found: Span[],
  isSecret = false,
): void {
  if (from >= to || to <= within.start || from >= within.end) return;
  for (const { kind, start, end } of piecesBetween(document, from, to)) {
    const source = document.text.slice(start, end);
    const text = kind === 'text' ? source.trim() : source;
    if (text === '') continue;
    const textStart = kind === 'text' ? start + source.indexOf(text) : start;
    if (isSecret && kind !== 'comment') found.push({ start: textStart, end: textStart + text.length });
    else secretsInText(document, textStart, textStart + text.length, found);
  }
}

/** Secrets by their pattern. Where references hide the pattern, the whole stretch is masked. */
function secretsInText(document: XmlDocument, start: number, end: number, found: Span[]): void {
  const source = document.text.slice(start, end);
  const plain = decodeReferences(source);
  const hits = privateKey.test(plain) ? [{ start: 0, end: plain.length }] : patternHits(plain);
  if (hits.length > 0 && plain !== source) found.push({ start, end });
  else for (const hit of hits) found.push({ start: start + hit.start, end: start + hit.end });
}

/** What any of the patterns needs, so that most values are passed over at once. */
const suspicious = /=|:\/\/|"\s{0,9}:/;

function patternHits(plain: string): readonly Span[] {
  if (!suspicious.test(plain)) return [];
  const patterns = secretObject.test(plain) ? [...secretPatterns, ...secretObjectPatterns] : secretPatterns;
  return patterns.flatMap(pattern =>
    [...plain.matchAll(pattern)].map(({ index, 1: before = '', 2: secret = '' }) => {
      const start = index + before.length;
      return { start, end: start + secret.length };
    }),
  );
}
