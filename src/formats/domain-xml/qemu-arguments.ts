import { maskQemuArguments } from '#formats/secrets/mask-qemu-arguments';
import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, localName, namespaceOf } from '#formats/xml/xml-tree';

/** Namespace of `qemu:commandline`; libvirt, drvqemu, “Pass-through of arbitrary QEMU commands”. */
export const qemuNamespace = 'http://libvirt.org/schemas/domain/qemu/1.0';

/** Gives the element that passes arguments on to QEMU; with another namespace libvirt ignores it, and so does this. */
export const qemuCommandLine = (domain: XmlElement): XmlElement | undefined =>
  domain.children.find(element => localName(element) === 'commandline' && namespaceOf(element) === qemuNamespace);

/** Gives the values of its arguments in order, secrets masked. */
export const qemuArguments = (commandLine: XmlElement): readonly string[] =>
  maskQemuArguments(
    commandLine.children
      .filter(element => localName(element) === 'arg')
      .map(element => attribute(element, 'value') ?? ''),
  );
