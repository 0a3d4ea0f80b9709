import { maskKernelCommandLine } from '#formats/secrets/mask-kernel-command-line';
import { maskProse } from '#formats/secrets/mask-prose';
import { maskQemuArguments } from '#formats/secrets/mask-qemu-arguments';
import { maskUris } from '#formats/secrets/mask-uris';
import { isSecretName } from '#formats/secrets/secret-names';
import { decodeReferences } from '#formats/xml/decode-references';
import { escapeAttribute, escapeText } from '#formats/xml/escape-xml';
import { parseXml } from '#formats/xml/parse-xml';
import { redacted } from '#formats/xml/redact-xml';
import { contentOf } from '#formats/xml/xml-content';
import type { XmlAttribute, XmlDocument, XmlElement } from '#formats/xml/xml-document';
import { XmlError } from '#formats/xml/xml-error';
import { applySplices, orderSplices, type Splice } from '#formats/xml/xml-splice';
import { attribute, attributeValue, findAttribute, localName } from '#formats/xml/xml-tree';
import { secretMark } from '#units/secret';

/**
 * Masks the secrets in an XML document of libvirt (domain, network, pool, volume, status) or any other: what `redacted` masks, and
 * what takes knowledge of other formats to see: kernel command lines, QEMU's options, firmware settings, queries of URIs, what
 * people wrote into descriptions. All else stays byte for byte. Text that is not well-formed is masked by its looks.
 */
export function maskXml(text: string): string {
  try {
    const document = parseXml(text, { file: 'document' });
    const splices = [...splicesOf(document.root), ...outerComments(document)];
    const masked = splices.length === 0 ? text : applySplices(text, orderSplices(document, splices));
    return redacted(masked === text ? document : parseXml(masked, { file: 'document' }), 0, masked.length);
  } catch (error) {
    if (error instanceof XmlError) return maskByLooks(text);
    throw error;
  }
}

function* splicesOf(root: XmlElement): Generator<Splice> {
  const waiting: XmlElement[] = [root];
  for (let element = waiting.pop(); element !== undefined; element = waiting.pop()) {
    for (const inner of element.children) waiting.push(inner);
    for (const at of element.attributes) yield* maskedAttribute(element, at);
    yield* maskedArguments(element);
    yield* maskedContent(element);
  }
}

function* maskedAttribute(element: XmlElement, at: XmlAttribute): Generator<Splice> {
  const name = at.name.slice(at.name.indexOf(':') + 1);
  const isArgument = name === 'value' && localName(element) === 'arg';
  if (isArgument || at.name.startsWith('xmlns')) return;
  const value = attributeValue(element, at);
  if (name === 'query') yield* replaced(element, at, value, maskUris(`?${value}`).slice(1));
  else if (name === 'value' && isSecretName(attribute(element, 'name') ?? '')) {
    yield* replaced(element, at, value, value === '' ? '' : secretMark);
  } else yield* replaced(element, at, value, maskUris(value));
}

/** The arguments that a domain passes on to QEMU: what one means depends on the one before. */
function* maskedArguments(element: XmlElement): Generator<Splice> {
  const found = element.children.flatMap(inner => {
    const at = localName(inner) === 'arg' ? findAttribute(inner, 'value') : undefined;
    return at === undefined ? [] : [{ inner, at, value: attributeValue(inner, at) }];
  });
  const masked = maskQemuArguments(found.map(({ value }) => value));
  for (const [index, { inner, at, value }] of found.entries()) {
    yield* replaced(inner, at, value, masked[index] ?? value);
  }
}

function* replaced(element: XmlElement, at: XmlAttribute, before: string, after: string): Generator<Splice> {
  if (after === before) return;
  const quote = element.document.text.charAt(at.valueEnd);
  yield { start: at.valueStart, end: at.valueEnd, text: escapeAttribute(after, quote) };
}

function* maskedContent(element: XmlElement): Generator<Splice> {
  if (element.openEnd === element.closeStart) return;
  for (const node of contentOf(element)) {
    if (node.kind === 'element' || node.kind === 'instruction') continue;
    const source = element.document.sourceOf(node);
    if (source.trim() === '') continue;
    if (node.kind === 'comment') {
      const masked = maskProse(source);
      if (masked !== source) yield { start: node.start, end: node.end, text: masked };
      continue;
    }
    const plain = node.kind === 'cdata' ? source.slice(9, -3) : decodeReferences(source);
    const masked = maskText(element, plain);
    if (masked !== plain) yield { start: node.start, end: node.end, text: escapeText(masked) };
  }
}

function maskText(element: XmlElement, plain: string): string {
  const name = localName(element);
  const isFirmwareValue = name === 'entry' && element.parent !== undefined && isFirmware(element.parent);
  const isNamed = isFirmwareValue || isSecretName(attribute(element, 'name') ?? '');
  if (isNamed || /^\s*io\.systemd\.credential/.test(plain)) return plain.replace(/\S[\s\S]*\S|\S/, secretMark);
  if (name === 'cmdline' || name === 'bootloader_args') return maskKernelCommandLine(plain);
  return name === 'description' || name === 'title' ? maskProse(plain) : maskUris(plain);
}

const isFirmware = (element: XmlElement): boolean => attribute(element, 'type') === 'fwcfg';

/** Comments before and after the root element. */
function* outerComments({ text, root }: XmlDocument): Generator<Splice> {
  for (const { start, end } of [
    { start: 0, end: root.start },
    { start: root.end, end: text.length },
  ]) {
    const masked = maskProse(text.slice(start, end));
    if (masked !== text.slice(start, end)) yield { start, end, text: masked };
  }
}

const maskByLooks = (text: string): string =>
  maskProse(
    text.replaceAll(/([\w.:-]{1,60})(\s{0,9}=\s{0,9})("[^"]*"|'[^']*')/g, (whole, name: string, equals: string) =>
      isSecretName(name.slice(name.indexOf(':') + 1)) ? `${name}${equals}"${secretMark}"` : whole,
    ),
  );
