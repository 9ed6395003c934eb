import protobuf from 'protobufjs';

const TYPES = { bool: 'boolean', string: 'string', bytes: 'Uint8Array', double: 'number' };

/** @param {protobuf.Field} field */
function fieldType(field) {
  const single = field.resolvedType?.name ?? TYPES[field.type] ?? 'number';
  if (field.map) return `Record<string, ${single}>`;
  return field.repeated ? `${single}[]` : single;
}

/** @param {protobuf.Field} field */
function fieldShape(field) {
  const type = field.resolvedType?.name ?? field.type;
  const rule = shapeRule(field);
  return rule === 'choice' ? `['choice', '${type}', '${field.partOf?.name}']` : `['${rule}', '${type}']`;
}

/** @param {protobuf.Field} field */
function shapeRule(field) {
  if (field.map) return 'map';
  if (field.repeated) return 'many';
  if (field.partOf) return 'choice';
  return field.resolvedType ? 'maybe' : 'one';
}

/** @param {string | null} comment @param {string} indent */
function docstring(comment, indent) {
  if (!comment) return '';
  const lines = comment.split('\n').filter((line) => line !== '');
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}

/** @param {protobuf.Type} type */
function interfaceSource(type) {
  const fields = type.fieldsArray.map((field) => {
    const rule = shapeRule(field);
    const name = rule === 'maybe' || rule === 'choice' ? `${field.name}?: ` : `${field.name}: `;
    const optional = name.endsWith('?: ') ? ' | undefined' : '';
    return `${docstring(field.comment, '  ')}  ${name}${fieldType(field)}${optional};\n`;
  });
  return `${docstring(type.comment, '')}export interface ${type.name} {\n${fields.join('')}}\n`;
}

/** @param {protobuf.Type} type */
function shapeSource(type) {
  const fields = type.fieldsArray.map((field) => `    ${field.name}: ${fieldShape(field)},\n`);
  return `  ${type.name}: {\n${fields.join('')}  },\n`;
}

/**
 * TypeScript source with one interface and one codec of the same name per message in `files`.
 *
 * @param {string[]} files
 */
export function messageSource(files) {
  const root = new protobuf.Root();
  root.loadSync(files, { alternateCommentMode: true });
  root.resolveAll();
  const types = root.lookup('edgeloop.v1').nestedArray.filter((nested) => nested instanceof protobuf.Type);
  const codecs = types.map(
    (type) => `export const ${type.name}: MessageCodec<${type.name}> = messageCodec('${type.name}', v1, shapes);\n`,
  );
  return [
    "import { edgeloop } from '#wire';\n",
    "import { type MessageCodec, type MessageShapes, messageCodec } from '../message-codec.ts';\n\n",
    'const v1 = edgeloop.v1;\n\n',
    `const shapes: MessageShapes = {\n${types.map(shapeSource).join('')}};\n\n`,
    types.map((type, index) => `${interfaceSource(type)}${codecs[index]}`).join('\n'),
  ].join('');
}
