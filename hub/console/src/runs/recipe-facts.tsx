import { Facts } from '../elements/facts.tsx';

/** A recipe as names and values. */
export function RecipeFacts({ recipe }: { recipe: Readonly<Record<string, unknown>> }) {
  const facts = Object.entries(recipe).map(([name, value]) => [
    name,
    <code key={name}>{typeof value === 'string' ? value : JSON.stringify(value)}</code>,
  ]);
  return <Facts facts={Object.fromEntries(facts)} />;
}
