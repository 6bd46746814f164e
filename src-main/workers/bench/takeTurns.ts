/**
 * Lets every one measure once per round, one after the other, so that a busy moment of the machine hits all alike. One that gives
 * null is not asked again.
 * @returns for each of `all` its measurements; none where it gave null
 */
export async function takeTurns<C, M>(
  all: readonly C[],
  rounds: number,
  measure: (one: C, round: number) => Promise<M | null>,
): Promise<M[][]> {
  const results = all.map((one) => ({ one, measurements: [] as M[], missing: false }));
  for (let round = 0; round < rounds; round++)
    for (const result of results) {
      if (result.missing) continue;
      const measurement = await measure(result.one, round);
      if (measurement === null) result.missing = true;
      else result.measurements.push(measurement);
    }
  return results.map(({ measurements }) => measurements);
}
