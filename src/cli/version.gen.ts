// Generated from package.json by tools/gen.mjs. Do not edit.
export const version = '0.1.0';
