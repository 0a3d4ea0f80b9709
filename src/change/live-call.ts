/** A call of libvirt that changes a running guest, and only its running half; a closed list. */
export type LiveCall =
  | { readonly call: 'pin-vcpu'; readonly vcpu: number; readonly cpus: string }
  | { readonly call: 'pin-emulator'; readonly cpus: string }
  | { readonly call: 'pin-iothread'; readonly iothread: number; readonly cpus: string }
  | { readonly call: 'add-iothread'; readonly iothread: number }
  | { readonly call: 'remove-iothread'; readonly iothread: number }
  /** Seconds between two statistics of the balloon; 0: none. */
  | { readonly call: 'set-balloon-period'; readonly seconds: number }
  /** KiB. */
  | { readonly call: 'set-memory'; readonly kib: number }
  | { readonly call: 'set-vcpus'; readonly count: number }
  /** Device XML. */
  | { readonly call: 'attach-device'; readonly xml: string }
  | { readonly call: 'detach-device'; readonly xml: string }
  | { readonly call: 'update-device'; readonly xml: string };
