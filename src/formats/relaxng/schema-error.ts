/** libvirt's schemas do not work: not well-formed, no RELAX NG, or a file of them is missing. */
export class SchemaError extends Error {
  readonly code = 'schema';
  readonly doThis =
    'Install the schemas again (Debian: package libvirt0, elsewhere libvirt-common or libvirt-libs), or leave validation out.';

  constructor(file: string, cause: string) {
    super(`The schema ${file} cannot be used: ${cause}`);
    this.name = 'SchemaError';
  }
}
