import { fileText } from '#collect/file-facts';
import type { Sources } from '#collect/sources';
import { ConfError, readPlacedConf } from '#formats/conf/read-libvirt-conf';
import { isSecretName } from '#formats/secrets/secret-names';
import { absent, chainKnown, type Known, known, unknown } from '#model/known';
import type { ConfSetting } from '#model/libvirt';
import { secretMark } from '#units/secret';

/** Gives the keys that a configuration file of libvirt or Xen sets, secrets masked; unknown where the file has a fault, for which libvirt refuses it too. */
export function confSettings(sources: Sources, path: string): Known<ReadonlyMap<string, ConfSetting>> {
  const text = fileText(sources, path);
  if (text.state !== 'known') return text;
  try {
    const settings = new Map<string, ConfSetting>();
    for (const [key, { value, line }] of readPlacedConf(text.value)) {
      const isList = typeof value === 'object';
      const values = (isList ? value : [value]).map(String);
      settings.set(key, { values: isSecretName(key) ? values.map(() => secretMark) : values, isList, line });
    }
    const said = [...settings].map(([key, { values }]) => `${key} = ${values.join(', ')}`).join('; ');
    return known(settings, { from: path, value: said.slice(0, 400) || 'sets nothing' });
  } catch (error) {
    if (error instanceof ConfError) return unknown(`${path}: ${error.message}`);
    throw error;
  }
}

/** Gives the one value of a key; absent where the file or the key is not there. */
export const confValue = (sources: Sources, path: string, key: string): Known<string> =>
  chainKnown(confSettings(sources, path), settings => {
    const setting = settings.get(key);
    if (setting === undefined) return absent({ from: path, value: `no ${key}` });
    const place = { file: path, line: setting.line, column: 1 };
    return known(setting.values.join(', '), { from: path, value: `${key} = ${setting.values.join(', ')}`, place });
  });
