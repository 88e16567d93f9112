/** The folder a person started npm in: file names on the command line are relative to it. */
export const startedIn = (): string => process.env['INIT_CWD'] ?? process.cwd();
