/**
 * How a value of images lies in memory. `nchw`: [batch, channels, height, width], as in PyTorch and in `Conv`. `rows`:
 * [batch · height · width, channels], a matrix of pixels, in which a convolution is a gather and a matrix product, and a
 * batch-norm sum is a sum over rows. Values without height and width are [batch, features] in both.
 */
export type Layout = 'nchw' | 'rows';
