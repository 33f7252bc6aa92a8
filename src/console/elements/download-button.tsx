import { useState } from 'react';
import { callForFile, type Query } from '../api/call.ts';
import { type ApiFailure, failureOf } from '../api/failure.ts';
import { useWords } from '../language/words.ts';
import { Button } from './button.tsx';
import { Problem } from './problem.tsx';
import { elementWords } from './words.ts';

/** A file of the API's, for the sub-store that is looked at. A refusal is shown, where a plain link would save it as the file. */
export function DownloadButton({
  path,
  query,
  fileName,
  label,
}: {
  readonly path: string;
  readonly query?: Query;
  readonly fileName: string;
  readonly label?: string;
}) {
  const words = useWords(elementWords);
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  const download = async () => {
    setIsBusy(true);
    setFailure(undefined);
    try {
      saveAs(await callForFile(path, query), fileName);
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <>
      <Button isBusy={isBusy} onClick={() => void download()}>
        {isBusy ? words.downloading : (label ?? words.download)}
      </Button>
      <Problem failure={failure} />
    </>
  );
}

export function saveAs(file: Blob, fileName: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
