import type { Operations, Task as TaskAnswer } from '../../client/operations.ts';
import { act, get } from './http.ts';
import type { Intent, Page } from './http.ts';

/** What a person must look at. */
export type Task = TaskAnswer;
/** Which tasks are wanted. */
type TaskFilters = { readonly state?: string | undefined; readonly kind?: string | undefined };

/** Tasks, the newest first. */
export const listTasks = (asked: TaskFilters, after?: string, signal?: AbortSignal): Promise<Page<Task>> =>
  get('/tasks', { ...asked, after }, signal);
/** How many tasks are open; a hundred stands for more. */
export const countTasks = async (): Promise<number> =>
  (await get<Operations['countTasks']['answer']>('/task-count')).open;
/** Says that a task is done. */
export const completeTask = ({ id, note }: { id: string; note: string }, intent: Intent): Promise<unknown> =>
  act('POST', `/tasks/${id}/completion`, { note }, intent);
/** Opens a task again. */
export const reopenTask = ({ id }: { id: string }, intent: Intent): Promise<unknown> =>
  act('POST', `/tasks/${id}/reopening`, {}, intent);
