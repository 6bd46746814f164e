/** The row that a job of this kind always names. @throws when it does not: a defect */
export function subject(id: number | null): number {
  if (id === null) throw new Error('The job does not say what it works on.');
  return id;
}
