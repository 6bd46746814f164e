import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { App } from '../app.ts';
import { InvalidInputError, failure, isRequestName, type Dispatch } from '../dispatch.ts';
import { NotFoundError } from '../problems.ts';
import { allowedSource, sameToken } from './access.ts';
import { securityHeaders } from './headers.ts';
import { imageRoutes } from './images.ts';
import { servePage } from './page.ts';

export interface HttpOptions {
  readonly app: App;
  readonly dispatch: Dispatch;
  readonly token: string;
  /** Folder of the built page. */
  readonly rendererFolder: string;
}

/** No request is larger than a path and some settings. */
const LARGEST_BODY = 256 * 1024;

/** Everything that the server answers over HTTP. */
export function httpApp({ app, dispatch, token, rendererFolder }: HttpOptions): Hono {
  const http = new Hono();

  http.use(async (context, next) => {
    const host = context.req.header('host');
    if (!allowedSource(host, context.req.header('origin'))) return context.text('Forbidden', 403);
    await next();
    for (const [name, value] of Object.entries(securityHeaders(host ?? ''))) context.header(name, value);
    return undefined;
  });
  http.use('/api/*', async (context, next) => {
    const given = context.req.header('authorization')?.replace(/^Bearer /, '');
    if (!sameToken(given, token)) return context.json(UNAUTHORISED, 401);
    return next();
  });
  http.use('/images/*', async (context, next) => {
    if (!sameToken(context.req.query('token'), token)) return context.json(UNAUTHORISED, 401);
    return next();
  });

  http.post('/api/:name', bodyLimit({ maxSize: LARGEST_BODY, onError: tooLarge }), async (context) => {
    const name = context.req.param('name');
    if (!isRequestName(name)) throw new NotFoundError(`There is no request ${name}.`);
    const input = await context.req.json<unknown>().catch(() => {
      throw new InvalidInputError('The body of the request is not JSON.');
    });
    const output = await dispatch(name, input, context.req.raw.signal);
    return context.body(JSON.stringify(output), 200, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
    });
  });
  http.route('/images', imageRoutes(app));
  http.all('/api/*', () => {
    throw new NotFoundError('There is no such request.');
  });
  http.get('*', servePage(rendererFolder));

  http.onError((error, context) => {
    const { status, body } = failure(error);
    return context.json(body, status);
  });
  return http;
}

const UNAUTHORISED = {
  error: {
    message: 'The token is missing or not that of this launch. Open the address that Tessera printed.',
    details: null,
  },
};

const tooLarge = (context: Context): Response =>
  context.json({ error: { message: 'The request is too large.', details: null } }, 413);
