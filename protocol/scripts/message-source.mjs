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
  const words = [field.name, shapeRule(field), type, ...(field.partOf ? [field.partOf.name] : [])];
  return `[${words.map((word) => `'${word}'`).join(', ')}]`;
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
function plainSource(type) {
  const always = type.fieldsArray.filter((field) => !isOptional(field));
  const optional = type.fieldsArray.filter(isOptional);
  return [
    `function plain${type.name}(m: Wire): ${type.name} {\n`,
    `  const plain: ${type.name} = {\n`,
    ...always.map((field) => `    ${field.name}: ${plainValue(field)},\n`),
    '  };\n',
    ...optional.map((field) => `  if (${presence(field)}) plain.${field.name} = ${plainSingle(field)};\n`),
    '  return keepUnknown(m, plain);\n',
    '}\n',
  ].join('');
}

/** @param {protobuf.Field} field */
function isOptional(field) {
  return shapeRule(field) === 'maybe' || shapeRule(field) === 'choice';
}

// protobufjs keeps every member of a oneof it met; the last one on the wire, which it names, is the one that counts.
/** @param {protobuf.Field} field */
function presence(field) {
  return field.partOf ? `m.${field.partOf.name} === '${field.name}'` : `m.${field.name}`;
}

/** @param {protobuf.Field} field */
function plainSingle(field) {
  if (field.resolvedType) return `plain${field.resolvedType.name}(m.${field.name})`;
  if (field.type === 'bytes') return `bytesOf(m.${field.name})`;
  return field.type.endsWith('64') ? `integerOf(m.${field.name})` : `m.${field.name}`;
}

/** @param {protobuf.Field} field */
function plainValue(field) {
  const each = field.type === 'bytes' ? 'bytesOf' : field.resolvedType && `plain${field.resolvedType.name}`;
  if (field.map) return `mapOf(m.${field.name}, ${each})`;
  if (!field.repeated) return plainSingle(field);
  return each ? `m.${field.name}.map(${each})` : `listOf(m.${field.name})`;
}

/** @param {protobuf.Type} type */
function shapeSource(type) {
  const fields = type.fieldsArray.map((field) => `    ${fieldShape(field)},\n`);
  return `  ${type.name}: [\n${fields.join('')}  ],\n`;
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
    ({ name }) =>
      `export const ${name}: MessageCodec<${name}> = messageCodec('${name}', v1.${name}, plain${name}, shapes);\n`,
  );
  return [
    "import { edgeloop } from '#wire';\n",
    "import { type MessageCodec, messageCodec } from '../message-codec.ts';\n",
    "import type { MessageShapes } from '../message-shape.ts';\n",
    "import { bytesOf, integerOf, keepUnknown, listOf, mapOf, type Wire } from '../plain-message.ts';\n\n",
    'const v1 = edgeloop.v1;\n\n',
    `const shapes: MessageShapes = {\n${types.map(shapeSource).join('')}};\n\n`,
    types.map((type, index) => `${interfaceSource(type)}${codecs[index]}\n${plainSource(type)}`).join('\n'),
  ].join('');
}
