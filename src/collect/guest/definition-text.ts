import { fileText, folderNames } from '#collect/file-facts';
import type { Place } from '#collect/machine';
import { maskXml } from '#formats/secrets/mask-xml';
import { absent, type Known, known, unknown } from '#model/known';

const folders = ['/etc/libvirt/qemu', '/etc/libvirt/libxl'];

/**
 * Gives the text of a guest's definition, secrets masked: the one that its next start uses, or the one that it runs with. Absent: there is
 * no such guest, or it has no such half.
 */
export function definitionText(place: Place, name: string, half: 'stored' | 'running'): Known<string> {
  const text = rawText(place, name, half);
  return text.state === 'known'
    ? known(maskXml(text.value), ...text.evidence.map(({ from }) => ({ from, value: name })))
    : text;
}

function rawText({ sources, documents, definitions }: Place, name: string, half: 'stored' | 'running'): Known<string> {
  if (documents !== undefined) {
    const document = definitions?.get(name);
    const from = { from: document?.file ?? 'the files given', value: name };
    return document === undefined || half === 'running' ? absent(from) : known(document.text, from);
  }
  const { libvirt } = sources;
  if (!('state' in libvirt) && 'value' in libvirt.domains) {
    const domain = libvirt.domains.value.find(one => one.name === name);
    const answer = half === 'stored' ? domain?.xml : domain?.liveXml;
    const from = { from: 'virDomainGetXMLDesc', value: name };
    if (answer === undefined) return absent(from);
    return 'value' in answer ? known(answer.value, from) : unknown(answer.error, answer.remedy);
  }
  if (half === 'running') return unknown('libvirt did not answer', 'start libvirt, or run as a user who may use it');
  const looked = folders.map(folder => {
    const names = folderNames(sources, folder);
    return names.state === 'known' && names.value.includes(`${name}.xml`)
      ? fileText(sources, `${folder}/${name}.xml`)
      : names.state === 'unknown'
        ? names
        : absent();
  });
  return looked.find(fact => fact.state === 'known') ?? looked.find(fact => fact.state === 'unknown') ?? absent();
}
