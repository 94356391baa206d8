/** What the agent needs of a log; pino's loggers are such. Nothing that is logged names a person or foreign radio. */
export interface AgentLog {
  info(about: object, message: string): void;
  warn(about: object, message: string): void;
}

export const silentLog: AgentLog = { info: () => undefined, warn: () => undefined };
