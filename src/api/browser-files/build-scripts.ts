import { type InputOptions, type OutputChunk, type OutputOptions, rolldown } from 'rolldown';

/** What is made for a browser out of one or more sources: minified, and with the name of whose it is. */
export async function buildScripts(input: InputOptions, output: OutputOptions): Promise<readonly OutputChunk[]> {
  const build = await rolldown({ platform: 'browser', ...input });
  try {
    const made = await build.generate({ minify: true, banner: '/*! Hwanbul, Apache-2.0 */', ...output });
    return made.output.filter((each) => each.type === 'chunk');
  } finally {
    await build.close();
  }
}

/** A style sheet without its comments and indentation. */
export function buildSheet(texts: readonly string[]): Buffer {
  return Buffer.from(
    texts
      .join('')
      .replaceAll(/\/\*.*?\*\//gs, '')
      .replaceAll(/\n\s*/g, '\n')
      .trimStart(),
  );
}
