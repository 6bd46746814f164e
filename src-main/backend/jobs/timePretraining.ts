import { PretrainConfig } from '../../contract/values/pretraining.ts';
import type { JobBehaviour } from '../../jobs/behaviour.ts';
import { getDataset } from '../datasets/datasets.ts';
import { deviceFor } from '../hardware/devices.ts';
import { machine } from '../hardware/machine.ts';
import { pretrainImages } from '../pretrainings/images.ts';
import { workOf } from '../pretrainings/timings.ts';
import type { Workplace } from '../session.ts';

/** Measures a pre-training that was not begun. It is trained on nothing else meanwhile, so that the measurement is true. */
export function timePretrainingBehaviour(workplace: Workplace): JobBehaviour<'timePretraining'> {
  const { store, hardware } = workplace;
  /** What is measured; `auto` is a device then. */
  const measured = async (jobId: number) => {
    const asked = store.jobs.parameters(jobId, PretrainConfig);
    const dataset = getDataset(workplace, asked.datasetId);
    const images = pretrainImages(workplace, asked, dataset.revision);
    const device = await deviceFor(hardware, asked.device);
    const classNames = dataset.classes.map(({ name }) => name);
    return { config: { ...asked, device }, device, root: dataset.root, classNames, images };
  };
  return {
    async spec(job) {
      const { autoInference } = await hardware.get();
      const { config, device, root, classNames, images } = await measured(job.id);
      return {
        config,
        validationDevice: device === 'tensorflow' ? autoInference : device,
        root,
        classNames,
        train: [...images.train],
        val: [...images.val],
      };
    },
    event() {},
    async finish(job, timing) {
      const { config, device, classNames, images } = await measured(job.id);
      store.pretrainingTimings.insert(machine(), {
        work: workOf(config, device, classNames, images),
        ...timing,
      });
    },
  };
}
