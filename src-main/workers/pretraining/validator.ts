import type { PretrainSpec } from '../../contract/worker.ts';
import type { VocLoader } from '../../data/voc/loading.ts';
import { validationSide } from '../../data/voc/validationSide.ts';
import { createClassifier } from '../../engines/onnx/classifier.ts';
import { inferenceModel } from '../../engines/onnx/export.ts';
import { pretrainNetwork } from '../../training/pretraining/network.ts';
import type { Objective } from '../../training/pretraining/objective.ts';
import type { PretrainingOptions } from '../../training/pretraining/pretraining.ts';
import { validate } from '../../training/pretraining/validation.ts';

/**
 * Measures the weights as an exported network would be used: batch norm folded, at the size in which every validation image fits
 * whole. A graph of its own, because the one in training is compiled for crops.
 */
export function validator(
  { config, validationDevice, val }: Pick<PretrainSpec, 'config' | 'validationDevice' | 'val'>,
  classes: number,
  loader: VocLoader,
  objective: Objective,
  signal: AbortSignal,
): PretrainingOptions['validate'] {
  const side = validationSide(val);
  return async function* (parameters, images, pictured) {
    const graph = pretrainNetwork(config, classes, side);
    const network = await createClassifier({
      model: inferenceModel(graph, parameters, {}),
      device: validationDevice,
    });
    try {
      const { kind } = config;
      return yield* validate({ kind, network, side, loader, objective, images, pictured, signal });
    } finally {
      await network.dispose();
    }
  };
}
