import { convForm } from '../convForm.ts';
import { directConv } from './directConv.ts';
import type { Emitter } from './emitter.ts';
import { gemmConv } from './gemmConv.ts';

export const conv2d: Emitter<'conv2d'> = (e, node) =>
  convForm(node, e.batch, e.device) === 'gemm' ? gemmConv(e, node) : directConv(e, node);
