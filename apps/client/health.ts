import type { Operations } from '../../client/operations.ts';
import { act, get } from './http.ts';

/** What is wrong with the installation and what to do. */
export type Health = Operations['getSystemHealth']['answer'];
/** One thing that is looked at. */
export type HealthCheck = Health['checks'][number];
/** A way by which people are told, and whether a test came through. */
export type AlertWay = Operations['sendTestAlert']['answer']['ways'][number];

/** How the installation is. */
export const getHealth = (signal?: AbortSignal): Promise<Health> => get('/system/health', {}, signal);
/** Looks at one thing now; answers when it is done, or with `running` when it takes long. */
export const runHealthCheck = (name: string): Promise<HealthCheck> => act('POST', `/system/health/${name}/run`, {});
/** Sends an alert that means nothing by every way there is. */
export const sendTestAlert = async (): Promise<readonly AlertWay[]> =>
  (await act<Operations['sendTestAlert']['answer']>('POST', '/system/alerts/test', undefined)).ways;
