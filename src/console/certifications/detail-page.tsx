import { useParams } from 'wouter';
import type { CertificationAnswer } from '../../api/views/certification.ts';
import { useAnswer } from '../api/questions.ts';
import { CopyId } from '../elements/copy-id.tsx';
import { Loading } from '../elements/loading.tsx';
import { Problem } from '../elements/problem.tsx';
import { Time } from '../elements/time.tsx';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { certificationWords } from './words.ts';

export default function CertificationPage() {
  const words = useWords(certificationWords);
  const { imp_uid = '' } = useParams();
  const answer = useAnswer<CertificationAnswer>(`/certifications/${imp_uid}`);
  const certification = answer.data;
  if (!certification) {
    return <Page title={words.title}>{answer.error ? <Problem failure={answer.error} /> : <Loading />}</Page>;
  }
  return (
    <Page title={`${words.title} ${imp_uid}`}>
      <dl className="facts card">
        <dt>imp_uid</dt>
        <dd>
          <CopyId id={imp_uid} />
        </dd>
        <dt>{words.gateway}</dt>
        <dd>{certification.pg_provider}</dd>
        <dt>{words.order}</dt>
        <dd>{certification.merchant_uid ?? '–'}</dd>
        <dt>{words.certified}</dt>
        <dd>
          <Time at={certification.certified_at} />
        </dd>
        <dt>{words.name}</dt>
        <dd>{certification.name ?? '–'}</dd>
        <dt>{words.birthday}</dt>
        <dd>{certification.birthday ?? '–'}</dd>
        <dt>{words.phone}</dt>
        <dd>{certification.phone ?? '–'}</dd>
      </dl>
    </Page>
  );
}
