import type { XmlElement } from '#formats/xml/xml-document';
import { select } from '#formats/xml/xml-path';
import { text } from '#formats/xml/xml-tree';

/** Of what libvirt speaks when it refuses a definition; its messages name no line. */
const subjects: readonly (readonly [message: RegExp, path: string])[] = [
  [/machine type/i, 'os/type'],
  [/virt type|domaintype|domain type/i, ''],
  [/architecture|os type|os <type>/i, 'os/type'],
  [/QEMU binary|[Ee]mulator '/, 'devices/emulator'],
  [/firmware|UEFI|NVRAM/i, 'os'],
  [/\bTPM\b/i, 'devices/tpm'],
  [/slots count|memory device|memory hotplug|maxMemory/i, 'maxMemory'],
  [/NUMA|memnode|nodeset/i, 'numatune'],
  [/USB host device/i, "devices/hostdev[@type='usb']"],
  [/hostdev|host device|VFIO|mdev/i, 'devices/hostdev'],
  [/CPU feature|CPU model|host CPU|CPU is incompatible|guest CPU/i, 'cpu'],
  [/\bnetwork '|interface/i, 'devices/interface'],
  [/IDE controllers|PCI address|PCI buses|controller/i, 'devices/controller'],
  [/boot order/i, 'devices/disk/boot'],
  [/\bdisk\b|\bdrive\b|wwn/i, 'devices/disk'],
  [/chardev|char device|serial|console/i, 'devices/serial'],
  [/spice|vnc|graphics/i, 'devices/graphics'],
  [/video/i, 'devices/video'],
  [/hyperv|Hyper-V/i, 'features/hyperv'],
  [/seclabel|security model/i, 'seclabel'],
  [/launch security|\bSEV\b/i, 'launchSecurity'],
];

/** Gives the element that a refusal of libvirt most likely speaks of: one whose name or value it quotes, else the first of the kind it names. */
export function refusedElement(message: string, domain: XmlElement): XmlElement | undefined {
  const quoted = [...message.matchAll(/'([^']{1,200})'/g)].map(([, word = '']) => word);
  for (const [pattern, path] of subjects) {
    if (!pattern.test(message)) continue;
    const found = path === '' ? [domain] : select(domain, path);
    const named = found.find(element => quoted.some(word => hasValue(element, word)));
    if (named !== undefined || found[0] !== undefined) return named ?? found[0];
  }
  return undefined;
}

const hasValue = (element: XmlElement, word: string): boolean =>
  text(element) === word ||
  element.attributes.some(({ valueStart, valueEnd }) => element.document.text.slice(valueStart, valueEnd) === word) ||
  element.children.some(inner =>
    inner.attributes.some(({ valueStart, valueEnd }) => inner.document.text.slice(valueStart, valueEnd) === word),
  );
