import { word, XmlValueError, yesNo } from '#formats/libvirt-xml/xml-value';
import { maskKernelCommandLine } from '#formats/secrets/mask-kernel-command-line';
import type { XmlElement } from '#formats/xml/xml-document';
import { child, childText, text } from '#formats/xml/xml-tree';
import type { BootSetup } from '#model/domain-resources';

/** os of a domain XML; libvirt's formatdomain, “Operating system booting”. Secrets on the kernel command line are masked. */
export function bootSetup(element: XmlElement): BootSetup {
  const type = child(element, 'type');
  const loader = child(element, 'loader');
  const commandLine = childText(element, 'cmdline');
  if (type === undefined || text(type) === '') throw new XmlValueError(element, '<type>', '', 'a type');
  return {
    type: text(type),
    architecture: word(type, 'arch'),
    machine: word(type, 'machine'),
    firmware: word(element, 'firmware'),
    loader: loader && {
      path: text(loader) === '' ? undefined : text(loader),
      type: word(loader, 'type'),
      isSecure: yesNo(loader, 'secure') ?? false,
    },
    hasNvram: child(element, 'nvram') !== undefined,
    kernel: childText(element, 'kernel') || undefined,
    commandLine: commandLine === undefined || commandLine === '' ? undefined : maskKernelCommandLine(commandLine),
  };
}
