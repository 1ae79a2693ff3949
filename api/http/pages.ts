import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import sirv from 'sirv';

/** The web app as it was built: hashed assets are kept for a year, the page itself is asked for each time. */
export function pages(distFolder: string): Router {
  const router = Router();
  if (!existsSync(join(distFolder, 'index.html'))) {
    router.get(
      '/',
      (_request, response) =>
        void response
          .type('text')
          .send('The web app is not built yet. The API is at /api, its description at /api/docs.\n'),
    );
    return router;
  }
  router.use(
    sirv(distFolder, {
      single: true,
      brotli: true,
      gzip: true,
      etag: true,
      ignores: [/^\/api(\/|$)/, /^\/assets\//, /^\/(health|metrics)/],
      setHeaders: (response, path) =>
        response.setHeader(
          'cache-control',
          path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        ),
    }),
  );
  return router;
}
