export const PLACE = 'agent';
