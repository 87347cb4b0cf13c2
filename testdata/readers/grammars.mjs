// Lets Node load dt-sql-parser, whose modules name each other as bundlers take it: without
// the ending of a file, or by its folder.
import fs from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

export async function resolve(name, context, next) {
  if (!name.startsWith('.') || !context.parentURL?.includes('/node_modules/dt-sql-parser/')) {
    return next(name, context);
  }
  const path = fileURLToPath(new URL(name, context.parentURL));
  const found = [path, `${path}.js`, `${path}/index.js`].find(p => fs.statSync(p, { throwIfNoEntry: false })?.isFile());
  return { url: pathToFileURL(found).href, format: 'module', shortCircuit: true };
}

export async function load(url, context, next) {
  return next(url, url.includes('/node_modules/dt-sql-parser/') ? { ...context, format: 'module' } : context);
}
