import { Router } from 'express';
import type { Dependencies } from './context.ts';

/** `/health/live`: the process answers. `/health/ready`: it can do its work; Temporal may be away, decisions are kept then. */
export function healthRoutes({ orm, engine }: Pick<Dependencies, 'orm' | 'engine'>): Router {
  const router = Router();
  router.get('/health/live', (_request, response) => void response.json({ status: 'ok' }));
  router.get('/health/ready', async (_request, response) => {
    const [database, temporal] = await Promise.all([isDatabaseReady(orm), engine.isReachable()]);
    response.status(database ? 200 : 503).json({ status: database ? 'ok' : 'unavailable', database, temporal });
  });
  return router;
}

const isDatabaseReady = (orm: Dependencies['orm']): Promise<boolean> =>
  orm.em
    .fork()
    .execute('select 1')
    .then(
      () => true,
      () => false,
    );
