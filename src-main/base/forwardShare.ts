/**
 * What passing an image forward takes, in parts of what training on it takes. Going back, each layer computes two gradients, of its
 * input and of its weights, with as many multiply-adds each as the way forward.
 */
export const FORWARD_SHARE = 1 / 3;
