import { type GraphBuilder, int64, tensor } from '@edgeloop/onnx';
import type { ModelInputSpec } from '../../store/model-rows.ts';
import { toFloat } from './to-float.ts';

/** Whether a reading has a value of this input that is no image: float32 [batch, 1], 0 or 1. */
export function presenceOf(graph: GraphBuilder, { name, kind }: ModelInputSpec): string {
  const isText = kind === 'text' || kind === 'categories';
  const isMissing = isText
    ? graph.node('Equal', [name, graph.constant(tensor('string', [1], ['']), 'missing')])
    : graph.node('IsNaN', [name]);
  const isThere = toFloat(graph, graph.node('Not', [isMissing]));
  const axes = kind === 'window' ? [1, 2] : [1];
  const any = graph.node('ReduceMax', [isThere, graph.constant(int64(axes))]);
  return kind === 'window' ? graph.node('Squeeze', [any, graph.constant(int64([2]))]) : any;
}

/** Whether one of several is there: float32 [batch, 1]. */
export function anyPresence(graph: GraphBuilder, presences: readonly string[]): string {
  const [only = ''] = presences;
  return presences.length === 1 ? only : graph.node('Max', presences);
}
