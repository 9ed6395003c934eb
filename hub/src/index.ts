export const PLACE = 'hub';
