import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { onFailure } from '../api/call.ts';
import { useToast } from '../elements/toast.tsx';
import { useWords } from '../language/words.ts';
import { shellWords } from './words.ts';

const againMs = 2_000;

/** Whether the server has been lost. While it is, it is asked for a sign of life, and everything on the screen again once it gives one. */
export function useConnection(): { readonly isLost: boolean } {
  const client = useQueryClient();
  const toast = useToast();
  const { recovered } = useWords(shellWords);
  const [isLost, setIsLost] = useState(false);
  useEffect(
    () =>
      onFailure((failure) => {
        if (failure.isLost) setIsLost(true);
        // Signed out elsewhere, or for too long.
        if (failure.status === 401) void client.invalidateQueries({ queryKey: sessionKey });
      }),
    [client],
  );
  useEffect(() => {
    if (!isLost) return;
    const timer = setInterval(async () => {
      const answer = await fetch('/health').catch(() => undefined);
      if (!answer?.ok) return;
      setIsLost(false);
      toast(recovered);
      void client.invalidateQueries();
    }, againMs);
    return () => clearInterval(timer);
  }, [isLost, client, toast, recovered]);
  return { isLost };
}

export const sessionKey = ['/console/api/session', {}] as const;
