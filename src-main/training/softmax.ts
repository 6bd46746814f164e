/** Scores [n, classes] that sum to 1 per row, from logits of the same shape. Computed in double precision. */
export function softmax(logits: Float32Array, classes: number): Float32Array<ArrayBuffer> {
  const scores = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    const row = logits.subarray(start, start + classes);
    const shift = logSumExp(row);
    for (let c = 0; c < classes; c++) scores[start + c] = Math.exp((row[c] ?? 0) - shift);
  }
  return scores;
}

/** Mean cross-entropy of logits [n, classes] against class indices [n]; 0 for no rows. */
export function crossEntropy(logits: Float32Array, targets: ArrayLike<number>, classes: number): number {
  const n = logits.length / classes;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    sum += logSumExp(row) - (row[targets[i] ?? 0] ?? 0);
  }
  return n === 0 ? 0 : sum / n;
}

/** The index of the highest value of each row of [n, classes]; the first of equals, as numpy's argmax. */
export function argmaxRows(values: Float32Array, classes: number): Int32Array {
  const best = new Int32Array(values.length / classes);
  for (let i = 0; i < best.length; i++) {
    let top = 0;
    for (let c = 1; c < classes; c++)
      if ((values[i * classes + c] ?? 0) > (values[i * classes + top] ?? 0)) top = c;
    best[i] = top;
  }
  return best;
}

/** log Σ exp, shifted by the maximum so that nothing overflows. */
function logSumExp(row: Float32Array): number {
  const highest = Math.max(...row);
  let sum = 0;
  for (const value of row) sum += Math.exp(value - highest);
  return highest + Math.log(sum);
}
