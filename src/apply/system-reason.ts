/** What the system says when it refuses, in words; undefined where the error is none of the system's. */
export function systemReason(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error) && !isOurs(error)) return undefined;
  const code = String(error.code);
  return reasons[code] ?? code;
}

/** Errors of trees that are like the system's: of no system call, but with its code. */
const isOurs = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code);

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'no right to it',
  EPERM: 'the kernel does not permit it',
  EINVAL: 'the kernel does not take this value',
  EBUSY: 'it is in use',
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  ENOSPC: 'no space is left',
  EDQUOT: 'no space is left',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is no regular file',
  EEXIST: 'something else stands there',
  ENODEV: 'the device does not have it',
  EOPNOTSUPP: 'the device does not have it',
  ENOMEM: 'there is not enough memory',
  ELABEL: 'its SELinux label cannot be kept',
  ELOOP: 'its links lead round in a circle',
};
