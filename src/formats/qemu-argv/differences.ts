import { argumentFields, fieldOf } from '#formats/qemu-argv/argument-fields';
import type { TiedArgument } from '#formats/qemu-argv/tied-argument';

/** Arguments of two command lines that the other has not. */
export interface Differences {
  readonly onlyLeft: readonly TiedArgument[];
  readonly onlyRight: readonly TiedArgument[];
}

/**
 * Compares what a definition would give with what runs. What differs at every start is taken for equal: the id in the names of folders,
 * file descriptors that are handed over, ports that are chosen, and arguments by which libvirt talks to QEMU.
 */
export function differences(left: readonly TiedArgument[], right: readonly TiedArgument[]): Differences {
  const count = new Map<string, number>();
  for (const one of right) add(count, keyOf(one), 1);
  const onlyLeft = left.filter(one => !take(count, keyOf(one)));
  const others = new Map<string, number>();
  for (const one of left) add(others, keyOf(one), 1);
  const onlyRight = right.filter(one => !take(others, keyOf(one)));
  return { onlyLeft: onlyLeft.filter(isTold), onlyRight: onlyRight.filter(isTold) };
}

const add = (count: Map<string, number>, key: string, by: number): unknown =>
  count.set(key, (count.get(key) ?? 0) + by);

function take(count: Map<string, number>, key: string): boolean {
  const left = count.get(key) ?? 0;
  if (left > 0) count.set(key, left - 1);
  return left > 0;
}

/** What only says how libvirt and QEMU talk, or how this start came about. */
const isTold = ({ argument }: TiedArgument): boolean =>
  !/^(?:S|incoming|add-fd|mon|D|loadvm)$/.test(argument.option ?? '') &&
  !/id=charmonitor\b|masterKey0/.test(argument.value ?? '');

function keyOf({ argument }: TiedArgument): string {
  // what libvirt builds without starting has a tap for every network
  if (argument.option === 'netdev') return `netdev ${fieldOf(argumentFields(argument), 'id') ?? ''}`;
  const words = argument.words
    .join(' ')
    .replaceAll(/\/domain--?\d+-/g, '/domain-ID-')
    .replaceAll(/("?(?:vhost)?fds?"?)([=:])"?[\d:]+"?/g, '$1$2FD')
    .replaceAll(/\/dev\/fdset\/\d+/g, '/dev/fdset/FD')
    .replaceAll(/,fdset=\d+/g, '');
  if (argument.option === 'vnc')
    return words.replace(/:\d+(?=,|$)/, ':PORT').replace(/websocket=\d+/, 'websocket=PORT');
  return argument.option === 'spice' ? words.replaceAll(/port=\d+/g, 'port=PORT') : words;
}
