export function makeHandle(options: { token: string; digestKey: string; number: string; untilMs: number }): string;
