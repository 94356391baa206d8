/** Whether this store has her caps of one, as headquarters lend them (`seat.ts`). */
import type { Folds } from './fold.ts';

export const capFolds = {
  'cap.lent': (_world, subject, { term, said }) => {
    subject.state.capTerm = term;
    subject.state.capSaid = said;
    subject.stir();
  },
  'cap.recalled': (_world, subject) => {
    subject.state.capTerm = 0;
    subject.state.capSaid = 0;
    subject.stir();
  },
} satisfies Folds;
