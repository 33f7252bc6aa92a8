import { useState } from 'react';
import { call } from '../api/call.ts';
import { type ApiFailure, failureOf } from '../api/failure.ts';
import { Button } from '../elements/button.tsx';
import { Problem } from '../elements/problem.tsx';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { useSession } from '../shell/session.ts';
import { invitationWords } from './words.ts';

/** Somebody who has signed in follows a link: it is for whoever has not. */
export default function SignedInInvitationPage() {
  const words = useWords(invitationWords);
  const { member } = useSession();
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const leave = async () => {
    try {
      await call('POST', '/console/api/sign-out');
      location.reload();
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  return (
    <Page title={words.title}>
      <p>{words.signedInAs(member.email)}</p>
      <Problem failure={failure} />
      <Button kind="primary" onClick={() => void leave()}>
        {words.signOut}
      </Button>
    </Page>
  );
}
