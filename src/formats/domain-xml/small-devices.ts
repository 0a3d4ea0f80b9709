/** Devices of a domain XML of which few attributes matter; libvirt's formatdomain, “Devices”. */
import { onOff } from '#formats/domain-xml/domain-values';
import { sizeOfAttribute } from '#formats/domain-xml/size-values';
import { count, requiredWord, word, yesNo } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { child, text } from '#formats/xml/xml-tree';
import type {
  Balloon,
  Channel,
  Controller,
  Device,
  Filesystem,
  Rng,
  Tpm,
  Video,
  Watchdog,
} from '#model/domain-devices';
import type { Evidence } from '#model/known';

/** controller. */
export function controller(element: XmlElement, at: Evidence): Controller {
  const driver = child(element, 'driver');
  return {
    at,
    type: requiredWord(element, 'type'),
    index: count(element, 'index'),
    model: word(element, 'model'),
    iothread: count(driver, 'iothread'),
    queues: count(driver, 'queues'),
  };
}

/** filesystem. */
export const filesystem = (element: XmlElement, at: Evidence): Filesystem => ({
  at,
  driver: word(child(element, 'driver'), 'type'),
});

/** memballoon. */
export const balloon = (element: XmlElement, at: Evidence): Balloon => ({
  at,
  model: requiredWord(element, 'model'),
  autodeflate: onOff(element, 'autodeflate') ?? false,
  freePageReporting: word(element, 'freePageReporting'),
  statsPeriod: count(child(element, 'stats'), 'period'),
});

/** rng. */
export function rng(element: XmlElement, at: Evidence): Rng {
  const backend = child(element, 'backend');
  const rate = child(element, 'rate');
  return {
    at,
    model: word(element, 'model'),
    backend: word(backend, 'model'),
    path: (backend && text(backend)) || undefined,
    rate: rate && { bytes: count(rate, 'bytes') ?? 0, periodMs: count(rate, 'period') },
  };
}

/** video. */
export function video(element: XmlElement, at: Evidence): Video {
  const model = child(element, 'model');
  return {
    at,
    model: word(model, 'type'),
    vram: model !== undefined && word(model, 'vram') !== undefined ? sizeOfAttribute(model, 'vram') : undefined,
    heads: count(model, 'heads'),
    hasAcceleration: model !== undefined && (yesNo(child(model, 'acceleration'), 'accel3d') ?? false),
  };
}

/** channel. */
export function channel(element: XmlElement, at: Evidence): Channel {
  const target = child(element, 'target');
  return { at, type: word(element, 'type') ?? 'unknown', name: word(target, 'name'), state: word(target, 'state') };
}

/** tpm. */
export function tpm(element: XmlElement, at: Evidence): Tpm {
  const backend = child(element, 'backend');
  return { at, model: word(element, 'model'), backend: word(backend, 'type'), version: word(backend, 'version') };
}

/** watchdog. */
export const watchdog = (element: XmlElement, at: Evidence): Watchdog => ({
  at,
  model: requiredWord(element, 'model'),
  action: word(element, 'action'),
});

/** Any other device. */
export const otherDevice = (element: XmlElement, at: Evidence): Device => ({
  element: element.name,
  model: word(element, 'model') ?? word(element, 'type'),
  at,
});
