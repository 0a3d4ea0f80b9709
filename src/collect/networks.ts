import { fileText, folderNames } from '#collect/file-facts';
import { firstWay } from '#collect/first-way';
import { factOf } from '#collect/guest/libvirt-guest';
import type { NetworkAnswer } from '#collect/libvirt-answers';
import { libvirtFact } from '#collect/libvirt-facts';
import { readDocument } from '#collect/read-document';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { type NetworkXml, parseNetwork } from '#formats/libvirt-xml/parse-network';
import { absent, type Evidence, type Known, known, mapKnown, type Unknown, unknown, valueIfKnown } from '#model/known';
import type { Network } from '#model/network';

const definitions = '/etc/libvirt/qemu/networks';
const running = '/run/libvirt/network';

/** The virtual networks, in libvirt's order; where libvirt does not answer, those that its own files define. */
export const networks: Reading<readonly Network[]> = {
  says: 'virtual networks of libvirt',
  ways: [
    { call: 'virConnectListAllNetworks' },
    { call: 'virNetworkGetAutostart' },
    { call: 'virNetworkGetXMLDesc' },
    { file: `${definitions}/*.xml` },
    { file: `${definitions}/autostart/*.xml` },
    { file: `${running}/*.xml` },
  ],
  read: sources =>
    firstWay(
      () => fromLibvirt(sources),
      () => fromFiles(sources),
    ),
};

const fromLibvirt = (sources: Sources): Known<readonly Network[]> =>
  mapKnown(
    libvirtFact(
      sources,
      'virConnectListAllNetworks',
      answers => answers.networks,
      all => all.map(({ name }) => name).join(' ') || 'none',
    ),
    all => all.map(networkOfAnswer),
  );

function networkOfAnswer({ name, uuid, active, autostart, xml }: NetworkAnswer): Network {
  const call = `virNetworkGetXMLDesc ${name}`;
  const definition = 'value' in xml ? readDocument(xml.value, call, parseNetwork) : unknown(xml.error, xml.remedy);
  return {
    name,
    uuid,
    isActive: known(active, { from: 'virConnectListAllNetworks', value: `${name} ${active ? 'active' : 'inactive'}` }),
    autostart: factOf(autostart, `virNetworkGetAutostart ${name}`),
    ...partsOf(definition, call),
  };
}

function partsOf(definition: NetworkXml | Unknown, from: string): Pick<Network, 'forward' | 'bridge'> {
  if ('state' in definition) return { forward: definition, bridge: definition };
  const { forwardMode, bridge } = definition;
  const evidence = (value: string): Evidence => ({ from, value });
  return {
    forward: known(forwardMode, evidence(`forward mode ${forwardMode}`)),
    bridge:
      bridge === undefined ? absent(evidence('names no bridge')) : known(bridge, evidence(`bridge name ${bridge}`)),
  };
}

function fromFiles(sources: Sources): Known<readonly Network[]> {
  const names = folderNames(sources, definitions);
  if (names.state !== 'known') return names;
  const autostarted = folderNames(sources, `${definitions}/autostart`);
  const active = folderNames(sources, running);
  const files = names.value.filter(name => name.endsWith('.xml'));
  return known(
    files.map(file => {
      const path = `${definitions}/${file}`;
      const text = fileText(sources, path);
      const definition = text.state === 'known' ? readDocument(text.value, path, parseNetwork) : unreadFile(text, path);
      return {
        name: 'state' in definition ? file.slice(0, -'.xml'.length) : definition.name,
        uuid: 'state' in definition ? undefined : definition.uuid,
        // with a status file it ran when libvirt last wrote; without one it does not
        isActive:
          active.state === 'known' ? holds(active, file, running) : unknown(`${running} was not read`, 'start libvirt'),
        autostart: autostarted.state === 'unknown' ? autostarted : holds(autostarted, file, `${definitions}/autostart`),
        ...partsOf(definition, path),
      };
    }),
    ...names.evidence,
  );
}

const unreadFile = (text: Exclude<Known<string>, { readonly state: 'known' }>, path: string): Unknown =>
  text.state === 'unknown' ? text : unknown(`${path} is not there`);

function holds(names: Known<readonly string[]>, file: string, folder: string): Known<boolean> {
  const isThere = (valueIfKnown(names) ?? []).includes(file);
  return known(isThere, { from: `${folder}/${file}`, value: isThere ? 'there' : 'not there' });
}
