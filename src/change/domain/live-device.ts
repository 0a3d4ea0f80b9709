import { editParts } from '#change/domain/edit-parts';
import type { LiveAnswer, LivePart } from '#change/domain/live-answer';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { select } from '#formats/xml/xml-path';
import { attribute, child } from '#formats/xml/xml-tree';
import { secretMark } from '#units/secret';

/** Devices that QEMU takes in and gives up while a guest runs. */
const pluggable = [
  'disk',
  'interface',
  'rng',
  'channel',
  'watchdog',
  'controller',
  'hostdev',
  'memory',
  'vsock',
  'input',
];

/** What libvirt changes in a device that stays plugged in. */
const updatable =
  /^devices\/(?:interface(?:\[[^\]]*\])?\/(?:link\/@state|bandwidth\/|coalesce\/|filterref)|memory(?:\[[^\]]*\])?\/target\/requested$)/;

/** Gives the call that plugs a device in or out, or changes one in place; undefined: it is nothing of that kind. */
export function deviceCall({ path, from, to }: LivePart, domain: XmlElement): LiveAnswer | undefined {
  if (updatable.test(path)) return [{ call: 'update-device', xml: edited(path, to, domain) }];
  const [, name = ''] = /^devices\/(\w+)(?:\[.*\])?$/s.exec(path) ?? [];
  if (!pluggable.includes(name)) return undefined;
  if (from === undefined && to?.startsWith('<') === true) {
    if (to.includes(secretMark)) return { why: 'the device holds a secret, which no change keeps' };
    const why = whyNoPlace(parseXml(to, { file: name }).root, domain);
    return why === undefined ? [{ call: 'attach-device', xml: to }] : { why };
  }
  const [device] = select(domain, path);
  if (to === undefined && device !== undefined)
    return [{ call: 'detach-device', xml: device.document.sourceOf(device) }];
  return undefined;
}

/** The device as it is to be. */
function edited(path: string, content: string | undefined, domain: XmlElement): string {
  const { text, file } = domain.document;
  const [device = ''] = /^devices\/\w+(?:\[[^\]]*\])?/.exec(path) ?? [];
  const { root } = parseXml(editParts(text, [{ path, content }], file), { file });
  const [element] = select(root, device);
  return element === undefined ? '' : element.document.sourceOf(element);
}

/** Why a new device has no place in a running guest; undefined where it has one, as far as the definition tells. */
function whyNoPlace(device: XmlElement, domain: XmlElement): string | undefined {
  if (device.name === 'channel')
    return select(domain, "devices/controller[@type='virtio-serial']").length > 0
      ? undefined
      : 'the running guest has no virtio-serial controller';
  const isPci =
    ['rng', 'interface', 'watchdog', 'vsock'].includes(device.name) ||
    (device.name === 'controller' && attribute(device, 'type') === 'scsi') ||
    (device.name === 'disk' && busOf(device) === 'virtio');
  if (!isPci || !isExpress(domain)) return undefined;
  if (device.name === 'watchdog')
    return hasController(domain, 'pcie-to-pci-bridge')
      ? undefined
      : 'the running guest has no conventional PCI slot for a watchdog';
  return freeRootPort(domain) ? undefined : 'the running guest has no free PCI Express port';
}

const busOf = (disk: XmlElement): string | undefined => {
  const target = child(disk, 'target');
  return target && attribute(target, 'bus');
};

const isExpress = (domain: XmlElement): boolean => hasController(domain, 'pcie-root');

const hasController = (domain: XmlElement, model: string): boolean =>
  select(domain, `devices/controller[@type='pci'][@model='${model}']`).length > 0;

/** Whether a root port is there on whose bus no device sits: devices are plugged into root ports alone. */
function freeRootPort(domain: XmlElement): boolean {
  const taken = new Set<number>();
  for (const device of child(domain, 'devices')?.children ?? []) {
    const address = child(device, 'address');
    if (address !== undefined && attribute(address, 'type') === 'pci') taken.add(Number(attribute(address, 'bus')));
  }
  return ['pcie-root-port', 'pcie-switch-downstream-port'].some(model =>
    select(domain, `devices/controller[@type='pci'][@model='${model}']`).some(
      port => !taken.has(Number(attribute(port, 'index'))),
    ),
  );
}
