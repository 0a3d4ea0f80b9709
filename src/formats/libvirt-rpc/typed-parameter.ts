/** libvirt's open-ended lists of named values, used wherever a later release may add one (statistics, tunables). */
import { type Codec, double, int32, int64, list, text, uint32, uint64, yesNo } from '#formats/libvirt-rpc/codec';
import { XdrError } from '#formats/libvirt-rpc/xdr-error';

/** A named value. `llong` and `ullong` are 64 bits wide and always bigints. */
export type TypedParameter =
  | { readonly name: string; readonly type: 'int' | 'uint' | 'double'; readonly value: number }
  | { readonly name: string; readonly type: 'llong' | 'ullong'; readonly value: bigint }
  | { readonly name: string; readonly type: 'boolean'; readonly value: boolean }
  | { readonly name: string; readonly type: 'string'; readonly value: string };

/** What a named value can be. */
export type TypedValue = TypedParameter['value'];

/** Tags before the value (virTypedParameterType). */
const tags = { int: 1, uint: 2, llong: 3, ullong: 4, double: 5, boolean: 6, string: 7 } as const;

/** How a named value is written: name, tag, value. */
export const typedParameter: Codec<TypedParameter> = {
  least: 12,
  read: from => {
    const name = text.read(from);
    const at = from.offset;
    const tag = from.int32();
    switch (tag) {
      case tags.int:
        return { name, type: 'int', value: int32.read(from) };
      case tags.uint:
        return { name, type: 'uint', value: uint32.read(from) };
      case tags.llong:
        return { name, type: 'llong', value: int64.read(from) };
      case tags.ullong:
        return { name, type: 'ullong', value: uint64.read(from) };
      case tags.double:
        return { name, type: 'double', value: double.read(from) };
      case tags.boolean:
        return { name, type: 'boolean', value: yesNo.read(from) };
      case tags.string:
        return { name, type: 'string', value: text.read(from) };
      default:
        throw new XdrError('bad-value', at, `a parameter of unknown type ${tag}`);
    }
  },
  write: (to, parameter) => {
    text.write(to, parameter.name);
    to.int32(tags[parameter.type]);
    switch (parameter.type) {
      case 'int':
        return int32.write(to, parameter.value);
      case 'uint':
        return uint32.write(to, parameter.value);
      case 'llong':
        return int64.write(to, parameter.value);
      case 'ullong':
        return uint64.write(to, parameter.value);
      case 'double':
        return double.write(to, parameter.value);
      case 'boolean':
        return yesNo.write(to, parameter.value);
      case 'string':
        return text.write(to, parameter.value);
    }
  },
};

/** How a list of them is written. */
export const typedParameters: Codec<readonly TypedParameter[]> = list(typedParameter);

/** Gives the values by name. Names are unique in everything that this client reads. */
export function byName(parameters: readonly TypedParameter[]): ReadonlyMap<string, TypedValue> {
  return new Map(parameters.map(({ name, value }) => [name, value]));
}
