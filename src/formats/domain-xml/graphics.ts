import { count, word, yesNo } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { children } from '#formats/xml/xml-tree';
import type { Graphics } from '#model/domain-devices';
import type { Evidence } from '#model/known';

/** graphics of a domain XML; libvirt's formatdomain, “Graphical framebuffers”. The password itself is never read. */
export function graphics(element: XmlElement, at: Evidence): Graphics {
  const places = children(element, 'listen').map(listen => word(listen, 'address') ?? word(listen, 'socket'));
  const listens = [word(element, 'listen'), word(element, 'socket'), ...places];
  return {
    at,
    type: word(element, 'type') ?? 'unknown',
    listen: [...new Set(listens.filter(listen => listen !== undefined))],
    keymap: word(element, 'keymap'),
    autoport: yesNo(element, 'autoport') ?? false,
    port: word(element, 'port') === '-1' ? undefined : count(element, 'port'),
    hasPassword: word(element, 'passwd') !== undefined,
  };
}
