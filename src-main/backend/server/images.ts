import { Hono, type Context } from 'hono';
import type { App } from '../app.ts';
import { imageThumbnail, thumbnail } from '../datasets/thumbnails.ts';
import { predictedMask } from '../pretrainings/masks.ts';
import { scoreMap } from '../predictions/scoreMap.ts';
import { NotFoundError } from '../problems.ts';
import { useSlide } from '../slides/slides.ts';

/** A row's pixels never change under its id; the token in the URL keeps launches apart. */
const FOREVER = 'private, max-age=31536000, immutable';

/** The binary routes of `contract/images.ts`, below `/images`. */
export function imageRoutes(app: App): Hono {
  const images = new Hono();

  images.get('/patches/:id{\\d+}/:side{64|128|256}', async (context) =>
    jpeg(context, await thumbnail(app.session(), whole(context, 'id'), whole(context, 'side'))),
  );
  images.get('/dataset-images/:id{\\d+}/:side{256|1024}', async (context) =>
    jpeg(context, await imageThumbnail(app.session(), whole(context, 'id'), whole(context, 'side'), 'image')),
  );
  images.get('/dataset-images/:id{\\d+}/:side{256|1024}/mask', async (context) =>
    unchanging(
      context,
      await imageThumbnail(app.session(), whole(context, 'id'), whole(context, 'side'), 'mask'),
      'image/png',
    ),
  );
  images.get('/pretrainings/:id{\\d+}/:iteration{\\d+}/:image{\\d+}/mask', async (context) => {
    const [id, iteration, image] = [
      whole(context, 'id'),
      whole(context, 'iteration'),
      whole(context, 'image'),
    ];
    const mask = await predictedMask(app.session(), id, iteration, image);
    return context.body(mask as Uint8Array<ArrayBuffer>, 200, {
      'content-type': 'image/png',
      'cache-control': 'no-store', // a resumed pre-training may validate again what it had
    });
  });
  images.get('/slides/:id{\\d+}/thumbnail', async (context) =>
    jpeg(context, await useSlide(app.session(), whole(context, 'id'), (slide) => slide.thumbnail(512))),
  );
  images.get('/slides/:id{\\d+}/tiles/:level{\\d+}/:column{\\d+}/:row{\\d+}', async (context) => {
    const [level, column, row] = [whole(context, 'level'), whole(context, 'column'), whole(context, 'row')];
    const { signal } = context.req.raw; // a viewer that has moved on aborts its request
    const read = useSlide(app.session(), whole(context, 'id'), (slide) =>
      slide.tile(level, column, row, signal),
    );
    return jpeg(context, await read.catch(outsideIsNotFound));
  });
  images.get('/slides/:id{\\d+}/associated/:name', async (context) => {
    const name = context.req.param('name');
    return jpeg(
      context,
      await useSlide(app.session(), whole(context, 'id'), (slide) => slide.associated(name)),
    );
  });
  images.get('/predictions/:id{\\d+}/scores', (context) =>
    context.body(scoreMap(app.session(), whole(context, 'id')), 200, {
      'content-type': 'application/octet-stream',
      'cache-control': 'no-store', // grows while the job runs
    }),
  );
  images.all('*', () => {
    throw new NotFoundError('There is no such image.');
  });
  return images;
}

const whole = (context: Context, name: string): number => Number(context.req.param(name));

const jpeg = (context: Context, bytes: Uint8Array) => unchanging(context, bytes, 'image/jpeg');

function unchanging(context: Context, bytes: Uint8Array, contentType: string): Response {
  return context.body(bytes as Uint8Array<ArrayBuffer>, 200, {
    'content-type': contentType,
    'cache-control': FOREVER,
  });
}

function outsideIsNotFound(error: unknown): never {
  if (error instanceof RangeError) throw new NotFoundError(error.message);
  throw error;
}
