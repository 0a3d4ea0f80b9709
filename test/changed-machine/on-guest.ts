import { editParts } from '#change/domain/edit-parts';
import type { LiveCall } from '#change/live-call';
import type { Step } from '#change/step';
import { parseXml } from '#formats/xml/parse-xml';
import { select, selectFirst } from '#formats/xml/xml-path';
import { childText } from '#formats/xml/xml-tree';
import type { SimulatedGuest } from '../simulated-machine/simulated-machine.js';

/** Does to a guest what libvirt would: the one half or the other. */
export function onGuest(
  guest: SimulatedGuest,
  step: Extract<Step, { readonly do: 'define-guest' | 'live-call' }>,
): void {
  if (step.do === 'define-guest') {
    if (guest.stored === undefined) throw new Error(`${step.guest} has no stored definition`);
    guest.stored = editParts(guest.stored, step.parts, step.guest);
    return;
  }
  if (guest.running === undefined) throw new Error(`${step.guest} does not run`);
  guest.running = afterCall(guest.running, step.call, step.guest);
}

function afterCall(xml: string, call: LiveCall, file: string): string {
  const set = (path: string, content: string | undefined): string => editParts(xml, [{ path, content }], file);
  const all = (parts: readonly (readonly [path: string, content: string | undefined])[]): string =>
    editParts(
      xml,
      parts.map(([path, content]) => ({ path, content })),
      file,
    );
  switch (call.call) {
    case 'pin-vcpu':
      return set(`cputune/vcpupin[@vcpu='${call.vcpu}']/@cpuset`, call.cpus);
    case 'pin-emulator':
      return set('cputune/emulatorpin/@cpuset', call.cpus);
    case 'pin-iothread':
      return set(`cputune/iothreadpin[@iothread='${call.iothread}']/@cpuset`, call.cpus);
    case 'add-iothread':
    case 'remove-iothread': {
      const { root } = parseXml(xml, { file });
      const count = Number(childText(root, 'iothreads') ?? 0) + (call.call === 'add-iothread' ? 1 : -1);
      return set('iothreads', count === 0 ? undefined : String(count));
    }
    case 'set-balloon-period':
      return set('devices/memballoon/stats/@period', call.seconds === 0 ? undefined : String(call.seconds));
    case 'set-memory':
      return set('currentMemory', String(call.kib));
    case 'set-vcpus':
      return set('vcpu/@current', String(call.count));
    case 'set-numa-nodes':
      return set('numatune/memory/@nodeset', call.nodes);
    case 'set-memory-limits':
      return all(Object.entries(call.limits).map(([name, kib]) => [`memtune/${name}`, String(kib)] as const));
    case 'set-scheduler':
      return all(
        Object.entries(call.values).map(
          ([name, value]) => [`cputune/${name.replace(/^(?:cpu|vcpu)_/, '')}`, String(value)] as const,
        ),
      );
    case 'set-iotune':
      return all(
        Object.entries(call.values).map(
          ([name, value]) =>
            [
              `devices/disk[target/@dev='${call.disk}']/iotune/${name}`,
              value === 0 ? undefined : String(value),
            ] as const,
        ),
      );
    case 'attach-device': {
      const { name } = parseXml(call.xml, { file }).root;
      const { root } = parseXml(xml, { file });
      return set(`devices/${name}[${select(root, `devices/${name}`).length + 1}]`, call.xml);
    }
    case 'detach-device':
    case 'update-device': {
      const { root } = parseXml(xml, { file });
      const { name } = parseXml(call.xml, { file }).root;
      const devices = selectFirst(root, 'devices')?.children.filter(one => one.name === name) ?? [];
      const same = devices.findIndex(one => one.document.sourceOf(one).trim() === call.xml.trim());
      // a device that is changed is another already: libvirt finds it by its address or alias
      const at = same >= 0 ? same : call.call === 'update-device' && devices.length === 1 ? 0 : -1;
      if (at < 0) throw new Error(`there is no such ${name}`);
      return set(`devices/${name}[${at + 1}]`, call.call === 'detach-device' ? undefined : call.xml);
    }
  }
}
