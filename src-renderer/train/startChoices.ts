import type { Model } from '../../src-main/contract/values/model.ts';
import { architectureName, KINDS, scoreText } from '../models/modelText.ts';
import type { Item } from '../ui/choices.ts';

/** The groups in the order in which one looks for a start: what was made to begin from comes first. */
const ORDER = ['segmenter', 'multilabel', 'backbone', 'classifier'] as const;

/**
 * What a training can begin with: random weights, and the models by their kind. Those that do not fit are there too, with the reason.
 * @param models in the order that they keep within their group
 * @param unfit why a trainable model does not fit; null where it does
 */
export function startChoices(
  models: readonly Model[],
  unfit: (model: Model) => string | null = () => null,
): Item[] {
  const choice = (model: Model): Item => {
    const reason = model.trainable ? unfit(model) : 'it was imported as ONNX and cannot be trained further';
    const about = [architectureName(model), model.card.dataset, scoreText(model)];
    return {
      value: String(model.id),
      label: model.name,
      hint: reason === null ? about.filter(Boolean).join(' · ') : `Does not fit: ${reason}`,
      disabled: reason !== null,
      group: KINDS[model.card.kind].many,
    };
  };
  return [
    { value: 'random', label: 'Nothing (random weights)', hint: 'from scratch' },
    ...ORDER.flatMap((kind) => models.filter(({ card }) => card.kind === kind).map(choice)),
  ];
}
