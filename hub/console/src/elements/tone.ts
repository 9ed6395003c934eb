/** How something stands. The word beside the colour always says it too. */
export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'plain';
