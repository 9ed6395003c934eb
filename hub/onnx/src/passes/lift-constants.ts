import { isStandardDomain } from '../graph/domain.ts';
import type { Pass } from './pass.ts';
import { rewriteGraphs } from './rewrite-graphs.ts';

/** Makes the outputs of Constant nodes initializers of the same name; outputs of a graph stay nodes. */
export const liftConstantNodes: Pass = (model) =>
  rewriteGraphs(model, 'lift-constants', (edit) => {
    edit.each((node) => {
      const [name = ''] = node.output;
      if (node.opType !== 'Constant' || !isStandardDomain(node.domain) || edit.isOutput(name)) return;
      const proto = node.attribute[0]?.t;
      const value = proto ? undefined : edit.constant(name);
      if (proto) edit.setConstantProto(name, proto);
      else if (value) edit.setConstant(name, value);
      else return;
      edit.note(node, 'became an initializer');
      edit.replace(node);
    });
  });
