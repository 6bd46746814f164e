import type { JobBehaviours } from '../../jobs/behaviour.ts';
import type { Workplace } from '../session.ts';
import { benchBehaviour } from './bench.ts';
import { downloadBehaviour } from './download.ts';
import { exportBehaviour } from './export.ts';
import { healthBehaviour } from './health.ts';
import { importBehaviour } from './import.ts';
import { predictBehaviour } from './predict.ts';
import { pretrainBehaviour } from './pretrain.ts';
import { refreshBehaviour } from './refresh.ts';
import { synthesizeBehaviour } from './synthesize.ts';
import { timePretrainingBehaviour } from './timePretraining.ts';
import { trainBehaviour } from './train.ts';

/** What each kind of job does with the workspace: its worker's specification from the rows, its events into the rows. */
export function jobBehaviours(workplace: Workplace): JobBehaviours {
  return {
    import: importBehaviour(workplace),
    refresh: refreshBehaviour(workplace),
    synthesize: synthesizeBehaviour(workplace),
    train: trainBehaviour(workplace),
    pretrain: pretrainBehaviour(workplace),
    timePretraining: timePretrainingBehaviour(workplace),
    predict: predictBehaviour(workplace),
    export: exportBehaviour(workplace),
    bench: benchBehaviour(workplace),
    download: downloadBehaviour(workplace),
    health: healthBehaviour(workplace),
  };
}
