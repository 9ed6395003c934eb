export const PLACE = 'protocol';
