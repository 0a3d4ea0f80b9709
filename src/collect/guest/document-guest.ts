import { noProcess } from '#collect/guest/guest-process';
import { insideOf } from '#collect/inside/guest-inside';
import { type ParsedDomain, parseDomain } from '#formats/domain-xml/parse-domain';
import type { XmlElement } from '#formats/xml/xml-document';
import type { Guest } from '#model/guest';
import { unknown } from '#model/known';

const onlyDefinition = unknown('only a definition was given', 'check the host that runs it');

/**
 * Takes a domain element of a file that was given by itself (`virsh dumpxml`); gives the guest it defines, of which nothing but the
 * definition is known. A definition with an id was taken from a running guest: still it stands for what is stored.
 */
export function guestOfDocument(domain: XmlElement, file: string): Guest {
  return guestOfParsed(parseDomain(domain, { source: file, isFile: true }), file);
}

const guestOfParsed = (parsed: ParsedDomain, file: string): Guest => ({
  name: parsed.name ?? file,
  uuid: parsed.uuid,
  state: onlyDefinition,
  autostart: onlyDefinition,
  isPersistent: onlyDefinition,
  hasManagedSave: onlyDefinition,
  config: parsed.config,
  live: onlyDefinition,
  stats: onlyDefinition,
  load: onlyDefinition,
  process: noProcess(onlyDefinition),
  managedBy: parsed.managedBy,
  osId: parsed.osId,
  declaredIntents: parsed.declaredIntents,
  inside: insideOf({})({ name: parsed.name ?? file, uuid: undefined }),
});
