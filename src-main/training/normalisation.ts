/**
 * Mean and standard deviation per channel (RGB, on 0–1) that every network here is fed with: ImageNet's, as torchvision's.
 * Statistics of the few training patches at hand would fit them a little better, but weights could then not be
 * exchanged: a backbone carried over, or a published one, would see colours shifted from those it was trained on.
 */
export const IMAGENET_MEAN = [0.485, 0.456, 0.406] as const;
export const IMAGENET_STD = [0.229, 0.224, 0.225] as const;
