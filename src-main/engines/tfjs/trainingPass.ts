import type { Graph } from '../../graph/graph.ts';
import type { Dropout } from '../../graph/ops/dropout.ts';
import { dropoutMask } from '../../graph/dropoutMask.ts';
import type { Batch } from '../engine.ts';
import { forward } from './forward.ts';
import { imagesIn, imagesOut } from './layout.ts';
import { computeLoss } from './losses/registry.ts';
import type { StateTensors } from './stateTensors.ts';
import type { Tensor, TensorFlow } from './tensorflow.ts';

export interface TrainingPassOptions {
  readonly tf: TensorFlow;
  readonly graph: Graph;
  readonly batchSize: number;
  readonly seed: number;
  /** Its running statistics move. */
  readonly state: StateTensors;
  /** Names of the weights that learn. */
  readonly learning: readonly string[];
}

export interface TrainingPassResult {
  readonly loss: Tensor;
  /** [N, …] in PyTorch's order. */
  readonly logits: Tensor;
  /** One per learning weight. */
  readonly gradients: readonly Tensor[];
}

/**
 * Forward and backward once. The caller disposes what comes out.
 * @param pass counts passes from the beginning of the training, for dropout
 */
export function trainingPass(options: TrainingPassOptions, batch: Batch, pass: number): TrainingPassResult {
  const { tf, graph, batchSize, seed, state, learning } = options;
  const outcome: { logits?: Tensor } = {};
  const mask = (node: Dropout): Tensor =>
    imagesIn(tf, dropoutMask(node, batchSize, seed, pass), [batchSize, ...node.shape]);
  const moved = new Map<string, Tensor>();
  const computed = tf.tidy(() => {
    const images = imagesIn(tf, batch.images, [batchSize, ...graph.input]);
    const gradientsOf = tf.valueAndGrads(() => {
      const output = forward(
        {
          tf,
          training: true,
          mask,
          parameter: (name) => state.get(name),
          moveStatistic: (name, value) => void moved.set(name, tf.keep(value)),
        },
        graph,
        images,
      );
      outcome.logits = tf.keep(imagesOut(tf, output));
      return computeLoss(tf, graph.loss, output, batch.targets);
    });
    const { value, grads } = gradientsOf(learning.map((name) => state.get(name)));
    return { loss: value, gradients: grads };
  });
  // Not before the gradients are there: they may need the old values.
  for (const [name, value] of moved) state.set(name, value);
  return { ...computed, logits: outcome.logits as Tensor };
}
