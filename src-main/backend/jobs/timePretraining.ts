import { PretrainConfig } from '../../contract/values/pretraining.ts';
import type { JobBehaviour } from '../../jobs/behaviour.ts';
import { getDataset } from '../datasets/datasets.ts';
import { deviceFor, inferenceDeviceFor } from '../hardware/devices.ts';
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
    const device = await deviceFor(hardware, asked.device);
    const validationDevice = await inferenceDeviceFor(hardware, device);
    // After those waits, and at once: a refresh may change where the images lie.
    const dataset = getDataset(workplace, asked.datasetId);
    const images = pretrainImages(workplace, asked, dataset.revision);
    const classNames = dataset.classes.map(({ name }) => name);
    return { config: { ...asked, device }, device, validationDevice, root: dataset.root, classNames, images };
  };
  return {
    async spec(job) {
      const { config, validationDevice, root, classNames, images } = await measured(job.id);
      const [train, val] = [[...images.train], [...images.val]];
      return { config, validationDevice, root, classNames, train, val };
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
