import { UserError } from '../base/errors.ts';
import { listed } from './listed.ts';
import type { Tensors } from './tensors.ts';

export interface ResnetPart {
  /** The part's tensors, without its prefix. */
  readonly tensors: Tensors;
  /** What stood before their names, e.g. "module.", "backbone.body."; "": nothing. */
  readonly prefix: string;
}

/** Momentum encoders (MoCo, BYOL): copies that slowly follow the network that is meant. */
const FOLLOWER = /(^|\.)(encoder_k|momentum_encoder|target_encoder)\./;

/**
 * The ResNet in a checkpoint of something larger: of a detector or a self-supervised training, say, or wrapped in DataParallel. Where
 * there is none, everything is given as it is.
 * @throws UserError where there are several
 */
export function resnetPart(tensors: Tensors): ResnetPart {
  const all = prefixes(tensors);
  const leading = all.filter((prefix) => !FOLLOWER.test(prefix));
  const [prefix = '', ...others] = leading.length > 0 ? leading : all;
  if (others.length > 0)
    throw new UserError(
      `it holds several ResNets (${listed([prefix, ...others], ', ')}); save the one to begin from alone, with torch.save`,
    );
  if (prefix === '') return { tensors, prefix };
  const own = [...tensors].filter(([name]) => name.startsWith(prefix));
  return { tensors: new Map(own.map(([name, tensor]) => [name.slice(prefix.length), tensor])), prefix };
}

/** What stands before the names of a ResNet's first convolution and its first block alike. */
function prefixes(tensors: Tensors): string[] {
  const block = 'layer1.0.conv1.weight';
  return [...tensors.keys()]
    .filter((name) => name === block || name.endsWith(`.${block}`))
    .map((name) => name.slice(0, -block.length))
    .filter((prefix) => tensors.has(`${prefix}conv1.weight`));
}
