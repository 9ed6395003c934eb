import { convolutionSubject } from './convolution-subject.ts';
import { denseSubject } from './dense-subject.ts';
import type { Subject } from './subject.ts';
import { trainedSubjects } from './trained-subjects.ts';
import { uploadedSubjects } from './uploaded-subjects.ts';

/** Every model that the bench compares, one case each: first single kinds of layers, then whole models. */
export function subjects(): readonly Subject[] {
  return [denseSubject(), convolutionSubject(), ...trainedSubjects(), ...uploadedSubjects()];
}
