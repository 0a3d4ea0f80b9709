import { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';

/** Files whose text is kept are at most this long; all of them together, that. */
const [longestKept, mostKept] = [64 * 1024, 8 * 1024 * 1024];
const [mostNames, longestName] = [500_000, 4096];

/**
 * Reads cpio archives of the new ASCII form, one after the other, as the kernel reads an initramfs (linux:
 * Documentation/driver-api/early-userspace/buffer-format.rst). Takes bytes as they come; keeps the names, and the text of files that are wanted.
 * Throws ImageFault where an archive is damaged.
 */
export class CpioReader {
  /** Paths without a leading slash. */
  readonly names = new Set<string>();
  readonly texts = new Map<string, string>();
  readonly #isWanted: (name: string) => boolean;
  #pending: Buffer[] = [];
  #have = 0;
  /** Bytes of the archive that come before what is pending. */
  #position = 0;
  #skip = 0;
  #kept = 0;
  #state: 'between' | 'inside' | 'foreign' = 'between';

  constructor(isWanted: (name: string) => boolean) {
    this.#isWanted = isWanted;
  }

  /** Byte of what was given at which something begins that is no cpio archive: compressed, as a rule. Undefined: there is none so far. */
  get foreignAt(): number | undefined {
    return this.#state === 'foreign' ? this.#position : undefined;
  }

  /** Whether an archive has begun and not ended. */
  get isBroken(): boolean {
    return this.#state === 'inside';
  }

  /** Takes the next bytes. */
  push(bytes: Buffer): void {
    if (this.#state === 'foreign') return;
    this.#pending.push(bytes);
    this.#have += bytes.length;
    while (this.#step());
  }

  #step(): boolean {
    if (this.#skip > 0) {
      const count = Math.min(this.#skip, this.#have);
      this.#drop(count);
      this.#skip -= count;
      if (this.#skip > 0) return false;
    }
    if (this.#state === 'between') return this.#findStart();
    if (this.#state === 'foreign') return false;
    return this.#readEntry();
  }

  /** Between archives there are zeroes. */
  #findStart(): boolean {
    const joined = this.#join();
    let at = 0;
    while (at < joined.length && joined[at] === 0) at++;
    this.#drop(at);
    if (joined.length - at < 6) return false;
    const mark = joined.toString('latin1', at, at + 6);
    this.#state = mark === '070701' || mark === '070702' ? 'inside' : 'foreign';
    return this.#state === 'inside';
  }

  #readEntry(): boolean {
    if (this.#have < 110) return false;
    const head = this.#join();
    const mark = head.toString('latin1', 0, 6);
    if (mark !== '070701' && mark !== '070702')
      throw new ImageFault('malformed', 'there is no head of a cpio entry', this.#position);
    const field = (index: number): number =>
      Number.parseInt(head.toString('latin1', 6 + 8 * index, 14 + 8 * index), 16);
    const [mode, size, nameSize] = [field(1), field(6), field(11)];
    if (!(size >= 0 && nameSize >= 1 && nameSize <= longestName))
      throw new ImageFault('malformed', 'the head of a cpio entry cannot be', this.#position);
    const dataAt = (110 + nameSize + 3) & ~3;
    if (this.#have < dataAt) return false;
    const name = head.toString('utf8', 110, 110 + nameSize - 1).replace(/^(\.?\/)+/, '');
    const isFile = (mode & 0o170_000) === 0o100_000;
    const isKept = isFile && size <= longestKept && this.#kept + size <= mostKept && this.#isWanted(name);
    if (isKept && this.#have < dataAt + size) return false;
    if (name === 'TRAILER!!!') this.#state = 'between';
    else this.names.add(name);
    if (this.names.size > mostNames)
      throw new ImageFault('malformed', `an initrd of more than ${mostNames} names`, this.#position);
    if (isKept) {
      this.texts.set(name, head.toString('utf8', dataAt, dataAt + size));
      this.#kept += size;
    }
    this.#skip = dataAt + Math.ceil(size / 4) * 4;
    return true;
  }

  /** Makes one buffer of all that is pending. */
  #join(): Buffer {
    const [only, second] = this.#pending;
    if (only !== undefined && second === undefined) return only;
    const joined = Buffer.concat(this.#pending);
    this.#pending = [joined];
    return joined;
  }

  #drop(count: number): void {
    this.#position += count;
    this.#have -= count;
    let left = count;
    while (left > 0) {
      const [first] = this.#pending;
      if (first === undefined) return;
      if (first.length > left) {
        this.#pending[0] = first.subarray(left);
        return;
      }
      this.#pending.shift();
      left -= first.length;
    }
  }
}
