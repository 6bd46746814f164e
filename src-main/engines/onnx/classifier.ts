import ort from 'onnxruntime-node';
import { reasonOf, UserError } from '../../base/errors.ts';
import type { Classifier } from '../engine.ts';
import type { DeviceKind } from './device.ts';
import { openSession } from './session.ts';

export interface ClassifierOptions {
  /** The bytes of an .onnx file that `inferenceModel` made, or its path. */
  readonly model: Uint8Array | string;
  readonly device: DeviceKind;
  /** Threads of the CPU provider; default: the number of cores. */
  readonly threads?: number;
}

/** @throws UserError when the model cannot be read, is not a classifier of images, or the device cannot be opened. */
export async function createClassifier(options: ClassifierOptions): Promise<Classifier> {
  const { model, device } = options;
  const name = typeof model === 'string' ? model : 'The model';
  const session = await openSession(model, options).catch((error: unknown) => {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `${name} could not be opened as an ONNX model. Choose a file that Tessera exported.`,
      reasonOf(error),
    );
  });
  const [input, output] = [session.inputMetadata[0], session.outputMetadata[0]];
  const image = input?.isTensor ? input.shape.slice(1) : [];
  if (
    input?.name !== 'images' ||
    output?.name !== 'logits' ||
    !image.every((axis) => typeof axis === 'number')
  )
    throw new UserError(`${name} is an ONNX model, but not a classifier that Tessera exported.`);

  return {
    device,
    async logits(images, count) {
      const results = await session.run({ images: new ort.Tensor('float32', images, [count, ...image]) });
      return results['logits']?.data as Float32Array;
    },
    dispose: () => session.release(),
  };
}
