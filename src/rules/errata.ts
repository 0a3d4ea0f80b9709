/** A departure from the guide that no rule carries: an error in its prose, or of a practice that has no rule yet. */
export interface ProseErratum {
  /** Its number: `X36`. */
  readonly number: string;
  /** Sections of the guide. */
  readonly sections: readonly string[];
  /** The practice that it belongs to, where one is to carry it. */
  readonly practice?: string;
  readonly guideSays: string;
  /** What is true, and since when. */
  readonly truth: string;
  readonly source: string;
}

/** Numbers of the errata run from X01 to this one; each is named by a rule's `departs` or stands in the list below, never both. */
export const lastErratum = 74;

/** What the guide has wrong that no rule carries, by number. */
export const proseErrata: readonly ProseErratum[] = [
  {
    number: 'X72',
    sections: ['7.4'],
    guideSays: 'domxml-to-native gives the QEMU command line to launch the guest.',
    truth:
      'It gives what libvirt starts, which does not run by itself: QEMU waits for libvirt (-S), sockets, keys and file descriptors are libvirt’s, and every interface is printed as a tap, whatever it is.',
    source: 'libvirt: src/qemu/qemu_driver.c, qemuConnectDomainXMLToNative; measured with libvirt 9.0',
  },
];
