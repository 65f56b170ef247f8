/** Why the program cannot start: one line for the person at the terminal, who can put it right. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
}
