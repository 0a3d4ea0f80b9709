/** An error such as Node's fs throws. */
export const failure = (code: string, path: string): Error & { readonly code: string } =>
  Object.assign(new Error(`${code}: ${path}`), { code });
