import type { BinaryCrossEntropy } from './binaryCrossEntropy.ts';
import type { SoftmaxCrossEntropy } from './softmaxCrossEntropy.ts';

/** Every loss of the IR. A new one: a file here, a line below, and an emitter in each engine. */
export type Loss = SoftmaxCrossEntropy | BinaryCrossEntropy;
