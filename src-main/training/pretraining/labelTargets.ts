/** 1 for each class that an image shows and 0 for the others, [classes]. @param labels the dataset's indices; @param classes outputs */
export function labelTargets(labels: readonly number[], classes: number): Float32Array {
  const targets = new Float32Array(classes);
  for (const label of labels) if (label >= 1 && label <= classes) targets[label - 1] = 1;
  return targets;
}
