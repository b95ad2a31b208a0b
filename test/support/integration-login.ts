import { Connection } from 'jsforce';
import type { Login } from './secrets-probe.ts';

/** Logs in as an integration does, with an unmodified jsforce; the code of the refusal, or `accepted`. */
export async function logInAsIntegration(login: Login): Promise<string> {
  const connection = new Connection({ loginUrl: login.loginUrl, version: '64.0', logLevel: 'FATAL' });
  try {
    await connection.login(login.username, login.password + login.securityToken);
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? (error.message.split(':')[0] ?? '') : 'unknown';
  }
}
