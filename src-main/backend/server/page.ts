import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from 'hono';

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Serves the built page; whatever names no file is an address within the page, which it resolves itself. */
export function servePage(folder: string) {
  return async (context: Context): Promise<Response> => {
    const wanted = path.join(folder, path.normalize(decodedPath(context.req.path)));
    const inside = wanted.startsWith(folder + path.sep) && path.extname(wanted) !== '';
    const file = inside ? wanted : path.join(folder, 'index.html');
    const bytes = await readFile(file).catch(() => null);
    if (!bytes) return context.text(inside ? 'Not found' : NOT_BUILT, 404);
    const hashed = context.req.path.startsWith('/assets/'); // the build puts a hash of the content into these names
    return context.body(bytes, 200, {
      'content-type': contentTypes[path.extname(file)] ?? 'application/octet-stream',
      'cache-control': hashed ? 'private, max-age=31536000, immutable' : 'no-cache',
    });
  };
}

function decodedPath(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return '/'; // a stray percent sign names no file
  }
}

const NOT_BUILT = 'The page has not been built. Run "npm run build" and reload.';
