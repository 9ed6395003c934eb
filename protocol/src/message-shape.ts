/** How often a field appears: `one` scalar, `maybe` a sub-message, `many` of either, `map` by text key, or one `choice`. */
export type FieldRule = 'one' | 'maybe' | 'many' | 'map' | 'choice';

/** Name of a field, how often it appears, its scalar type or message name, and for a choice the name of its oneof. */
export type FieldShape = readonly [name: string, rule: FieldRule, type: string, oneof?: string];

/** Fields of every message by name, in the order of the .proto file. */
export type MessageShapes = Readonly<Record<string, readonly FieldShape[]>>;
