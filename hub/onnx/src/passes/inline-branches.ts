import { isStandardDomain } from '../graph/domain.ts';
import { inlinedGraph } from './inlined-graph.ts';
import type { Pass } from './pass.ts';
import { rewriteGraphs } from './rewrite-graphs.ts';

/** Puts the branch that an If takes in its place, where nothing at run time decides which one that is. */
export const inlineBranches: Pass = (model) =>
  rewriteGraphs(model, 'inline-branches', (edit) => {
    edit.each((node) => {
      if (node.opType !== 'If' || !isStandardDomain(node.domain)) return;
      const [condition = ''] = node.input;
      const value = edit.types.valueOf(condition) ?? edit.constant(condition);
      if (value?.type !== 'bool') return;
      const taken = value.data[0] === 0 ? 'else_branch' : 'then_branch';
      const graph = node.attribute.find(({ name }) => name === taken)?.g;
      if (!graph || graph.sparseInitializer.length > 0) return;
      const { nodes, initializers } = inlinedGraph(graph, [], node.output, (prefix) => edit.fresh(prefix));
      for (const proto of initializers) edit.setConstantProto(proto.name ?? '', proto);
      edit.note(node, `always takes its ${taken}`);
      edit.replace(node, ...nodes);
    });
  });
