import { uuidv7 } from 'uuidv7';
import type { MasterReaction } from '../../../platform/commit/master-door.ts';
import type { BookTable } from '../../../platform/commit/postgres-store.ts';
import { bigintArray, instantArray, textArray, uuidArray } from '../../../platform/db/arrays.ts';
import { loadSql } from '../../../platform/db/pool.ts';
import { TASKS, taskOf, type OpenedTask } from '../task.ts';

const sql = loadSql(import.meta.url, './task-book.sql', ['insert_tasks', 'insert_tasks_of_events']);

/** Tasks in PostgreSQL: acts only add them. */
export const taskTable: BookTable = {
  name: TASKS.name,
  record(changes) {
    const tasks = changes.map(({ change }) => change as OpenedTask);
    return [
      {
        statement: sql.insert_tasks,
        values: [
          uuidArray(tasks.map((one) => one.id)),
          bigintArray(changes.map(({ number }) => number)),
          textArray(tasks.map((one) => one.kind)),
          uuidArray(tasks.map((one) => one.entityId ?? null)),
          uuidArray(tasks.map((one) => one.locationId ?? null)),
          uuidArray(tasks.map((one) => one.orderId ?? null)),
          textArray(tasks.map((one) => one.currency)),
          textArray(tasks.map((one) => JSON.stringify(one.items))),
          instantArray(tasks.map((one) => one.openedAt)),
        ],
      },
    ];
  },
};

/** The tasks of events that are written beside the books: a payment that a provider did not make. */
export const openTasksOfEvents: MasterReaction = (events) => {
  const tasks = events.flatMap((event, at) => {
    const { type, entityId, locationId, subjectId, body } = event;
    const task = taskOf({ type, entityId, locationId, subjectId, body });
    return task === undefined ? [] : [{ ...task, id: uuidv7(), place: at + 1 }];
  });
  if (tasks.length === 0) return [];
  const values = [
    tasks.map((one) => one.id),
    tasks.map((one) => one.place),
    tasks.map((one) => one.kind),
    tasks.map((one) => one.currency),
    events.length,
    tasks.map((one) => JSON.stringify(one.items)),
  ];
  return [[sql.insert_tasks_of_events, values]];
};
