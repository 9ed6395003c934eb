import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ImpossibleError } from './errors.ts';
import { LiveUpdates } from './live/live-updates.tsx';
import { SessionGate } from './session/session-gate.tsx';
import { readToken } from './session/session-token.ts';
import 'uplot/dist/uPlot.min.css';
import './styles/console.css';

// Before the router looks at the address: the token must leave it first.
const token = readToken({ storage: sessionStorage, location, history });
const { router } = await import('./router.tsx');

const place = document.getElementById('root');
if (!place) throw new ImpossibleError('index.html has no #root');
createRoot(place).render(
  <StrictMode>
    <SessionGate initialToken={token}>
      <LiveUpdates>
        <RouterProvider router={router} />
      </LiveUpdates>
    </SessionGate>
  </StrictMode>,
);
