import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Context, Hono } from 'hono';
import { type StaticFile, StaticFolder } from './static-folder.ts';

/** Everything from this hub, nothing from elsewhere: the pages work on machines without a way out. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const DOCS_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Edgeloop API</title>
    <link rel="stylesheet" href="/api/docs/swagger-ui.css">
    <link rel="icon" href="/api/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="docs"></div>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;
const DOCS_SCRIPT = `SwaggerUIBundle({ url: '/api/v1/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null });
`;
const DOCS_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** The console at /console and the page of the API at /api/docs. */
export function pageRoutes(): Hono {
  const swagger = new StaticFolder(dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')));
  // The same distance from src/api and from dist/api.
  const consoleFolder = new StaticFolder(join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'console', 'dist'));
  const app = new Hono();
  app.get('/', (c) => c.redirect('/console/'));
  app.get('/console', (c) => c.redirect('/console/'));
  app.get('/console/*', async (c) => {
    const path = decoded(c.req.path.slice('/console/'.length));
    if (path === undefined) return c.notFound();
    const asset = path === '' ? undefined : await consoleFolder.read(path);
    if (asset) return send(c, asset, path.startsWith('assets/'));
    // Paths without a file are pages of the console, which finds its way itself.
    const page = path.startsWith('assets/') ? undefined : await consoleFolder.read('index.html');
    return page ? send(c, page, false) : c.notFound();
  });
  app.get('/api/docs', (c) => sendText(c, DOCS_PAGE, 'text/html; charset=utf-8'));
  app.get('/api/docs/start.js', (c) => sendText(c, DOCS_SCRIPT, 'text/javascript; charset=utf-8'));
  app.get('/api/docs/:file', async (c) => {
    const name = c.req.param('file');
    const file = DOCS_FILES.includes(name) ? await swagger.read(name) : undefined;
    return file ? send(c, file, false) : c.notFound();
  });
  return app;
}

/** Undefined for percent signs that encode no text. */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    // Whoever sends such a path learns that there is nothing.
    return undefined;
  }
}

/** @param isHashed the name changes with the content, so that it can be kept for ever */
function send(c: Context, file: StaticFile, isHashed: boolean): Response {
  const headers = {
    'Content-Type': file.contentType,
    'Cache-Control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    ETag: file.etag,
  };
  if (c.req.header('if-none-match') === file.etag) return c.body(null, 304, headers);
  return c.body(file.bytes, 200, headers);
}

function sendText(c: Context, text: string, contentType: string): Response {
  return c.body(text, 200, {
    'Content-Type': contentType,
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  });
}
