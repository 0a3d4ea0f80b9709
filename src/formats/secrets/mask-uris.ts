import { secretMark } from '#units/secret';

/** The password in `scheme://user:password@host`; user names are bounded so that no text is searched twice. */
const password = /([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@'"<>]{0,256}:)([^\s/@'"<>]{1,512})(?=@)/gi;

/** A value in a query that names a secret: `?token=…&`. */
const query =
  /([?&;](?:[a-z0-9._-]{0,40}(?:passw(?:or)?d|token|secret|signature|api[._-]?key))=)([^\s&;'"<>]{1,2048})/gi;

/** Masks passwords in all URIs of a text. */
export const maskUris = (text: string): string =>
  text.includes('://') || text.includes('?')
    ? text.replaceAll(password, `$1${secretMark}`).replaceAll(query, `$1${secretMark}`)
    : text;
