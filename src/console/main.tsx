import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { createQueryClient } from './api/query-client.ts';
import { ToastRegion } from './elements/toast.tsx';
import { openPages, pages } from './pages.tsx';
import { App } from './shell/app.tsx';

const root = document.getElementById('console');
if (!root) throw new Error('the document has no place for the console');

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <Router base="/console">
        <ToastRegion>
          <App pages={pages} openPages={openPages} />
        </ToastRegion>
      </Router>
    </QueryClientProvider>
  </StrictMode>,
);
