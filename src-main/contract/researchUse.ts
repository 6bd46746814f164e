/** The sentence that the first start, About and every export carry. */
export const RESEARCH_USE_ONLY = 'For Research Use Only. Not for use in diagnostic procedures.';
