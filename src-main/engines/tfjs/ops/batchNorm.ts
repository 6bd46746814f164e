import type { BatchNorm } from '../../../graph/ops/batchNorm.ts';
import type { Tensor } from '../tensorflow.ts';
import type { ForwardPass, Interpreter } from './interpreter.ts';

export const batchNorm: Interpreter<'batchNorm'> = (pass, node, [x]) =>
  pass.training && !node.frozen ? byBatch(pass, node, x) : byRunningStatistics(pass, node, x);

/** Normalises with the batch's biased variance; the running one moves towards the unbiased. */
function byBatch(pass: ForwardPass, node: BatchNorm, x: Tensor): Tensor {
  const { tf } = pass;
  const allButChannels = [0, 1, 2];
  const mean = tf.mean(x, allButChannels);
  const centred = tf.sub(x, mean);
  const variance = tf.mean(tf.square(centred), allButChannels);
  const count = x.size / node.channels;
  move(pass, node, 'running_mean', mean);
  move(pass, node, 'running_var', tf.mul(variance, count / (count - 1)));
  return scaled(pass, node, centred, variance);
}

function byRunningStatistics(pass: ForwardPass, node: BatchNorm, x: Tensor): Tensor {
  const centred = pass.tf.sub(x, pass.parameter(`${node.name}.running_mean`));
  return scaled(pass, node, centred, pass.parameter(`${node.name}.running_var`));
}

function scaled({ tf, parameter }: ForwardPass, node: BatchNorm, centred: Tensor, variance: Tensor): Tensor {
  const deviation = tf.sqrt(tf.add(variance, node.epsilon));
  const scale = tf.div(parameter(`${node.name}.weight`), deviation);
  return tf.add(tf.mul(centred, scale), parameter(`${node.name}.bias`));
}

function move(pass: ForwardPass, node: BatchNorm, statistic: string, value: Tensor): void {
  const { tf } = pass;
  const name = `${node.name}.${statistic}`;
  const kept = tf.mul(pass.parameter(name), 1 - node.momentum);
  pass.moveStatistic(name, tf.add(kept, tf.mul(value, node.momentum)));
}
