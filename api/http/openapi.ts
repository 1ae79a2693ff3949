import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import express, { Router } from 'express';
import { contract } from '#contracts/contract.ts';
import { ProblemDetails } from '#contracts/problems.ts';
import { z } from 'zod';

/** The description of the API, made from the contract when it is first asked for, and a page that shows it from our own files. */
export function openApiRoutes(publicUrl: string): Router {
  const router = Router();
  let document: Promise<object> | undefined;
  router.get('/api/openapi.json', async (_request, response) => {
    document ??= describe(publicUrl);
    response.json(await document);
  });
  const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  router.get('/api/docs/start.js', (_request, response) => void response.type('js').send(START));
  router.get('/api/docs', (request, response) => {
    if (!request.path.endsWith('/')) return response.redirect(301, '/api/docs/');
    response.type('html').send(PAGE);
  });
  router.use('/api/docs', express.static(assets, { index: false }));
  return router;
}

/** The OpenAPI 3.1 document; every failure has the form of RFC 9457. */
async function describe(publicUrl: string): Promise<object> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(contract, {
    info: {
      title: 'E-Kinerja ASN',
      version: '1',
      description:
        'The yearly performance cycle of Indonesian civil servants. Failures are RFC 9457 problem details with a dotted `code`.',
    },
    servers: [{ url: `${publicUrl}/api` }],
    components: {
      schemas: { Problem: z.toJSONSchema(ProblemDetails) as object },
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'ekinerja' } },
    },
    security: [{ session: [] }],
  });
  const problem = {
    description: 'Refused or failed',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  for (const operations of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(operations as Record<string, { responses?: Record<string, unknown> }>)) {
      if (operation.responses) operation.responses['default'] = problem;
    }
  }
  return document;
}

const PAGE = `<!doctype html>
<html lang="id"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>E-Kinerja ASN: API</title>
<link rel="stylesheet" href="swagger-ui.css"></head>
<body><div id="api"></div><script src="swagger-ui-bundle.js"></script><script src="start.js"></script></body></html>
`;

const START = `window.ui = SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#api', deepLinking: true, tryItOutEnabled: false, validatorUrl: null });
`;
