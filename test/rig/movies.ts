import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project-root.ts';

type Movie = Readonly<Record<string, string | number | null>>;

const GENRES = ['Drama', 'Comedy', 'Action'];

/**
 * Movies of the npm package `vega-datasets` as lines of JSON: title, figures with gaps, rating by the MPAA and, as
 * `genre`, one of the three most frequent.
 */
export function moviesJsonl(rows = 1_884): Buffer {
  const path = join(projectRoot(), 'node_modules/vega-datasets/data/movies.json');
  const movies = JSON.parse(readFileSync(path, 'utf8')) as Movie[];
  const lines = movies
    .filter((movie) => GENRES.includes(String(movie['Major Genre'])))
    .slice(0, rows)
    .map((movie) =>
      JSON.stringify({
        title: String(movie['Title'] ?? ''),
        budget: movie['Production Budget'],
        gross: movie['Worldwide Gross'],
        minutes: movie['Running Time min'],
        votes: movie['IMDB Votes'],
        rated: movie['MPAA Rating'],
        rating: movie['IMDB Rating'],
        genre: movie['Major Genre'],
      }),
    );
  return Buffer.from([...lines, ''].join('\n'));
}
