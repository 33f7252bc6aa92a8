/** The program. Without a command it serves, as `npm start` does; a server loads nothing of the command line. */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  if (argv[0] === undefined || argv[0] === 'serve') {
    const server = await import('../start/main.ts');
    return server.main(argv, env);
  }
  const [{ runCommand }, { chooseLanguage }, { processTerminal }] = await Promise.all([
    import('./run-command.ts'),
    import('./language/choice.ts'),
    import('./terminal.ts'),
  ]);
  endQuietlyWithTheReader();
  process.exitCode = await runCommand(argv, env, processTerminal(chooseLanguage(argv, env)));
}

/** `hwanbul payments list | head -1`: the reader has what it wants, and that is no failure. */
function endQuietlyWithTheReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}
