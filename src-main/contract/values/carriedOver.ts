import { z } from 'zod';

/** What became of every tensor of the weights that a training began from. Names are torchvision's. */
export const CarriedOver = z.object({
  /** Taken over: the backbone. */
  carried: z.array(z.string()),
  /** Left behind in the source: its head. */
  left: z.array(z.string()),
  /** New in this network, from the seed: its head. */
  fresh: z.array(z.string()),
});
export type CarriedOver = z.infer<typeof CarriedOver>;
