/** Label 1: the central 32 x 32 pixels hold at least one pixel of tumour (Veeling et al. 2018). */
export const PCAM_CLASSES = ['normal', 'tumour'] as const;

/**
 * Microns per pixel. PCam's README (github.com/basveeling/pcam): slides digitised with a 40x objective at 0.243 µm, undersampled to
 * 10x, which is a factor of 4. Other patches in PCam's format state their own.
 */
export const pcamMpp = (side: number): number | null => (side === 96 ? 0.972 : null);
