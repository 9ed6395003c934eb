export const PLACE = 'firmware-profiles';
