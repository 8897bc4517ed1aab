import type { taskReasonsEn, tasksEn } from './tasks-en.ts';

/** Las palabras de las tareas. */
export const tasksEs: typeof tasksEn = {
  title: 'Tareas',
  waiting: '{count, plural, one {una abierta} =100 {cien o más abiertas} other {# abiertas}}',
  state: 'Estado',
  open: 'Abiertas',
  done: 'Hechas',
  kind: 'Qué pasó',
  anyKind: 'Cualquier cosa',
  about: 'Sobre',
  location: 'Lugar',
  at: 'Desde',
  sale: 'De',
  empty: 'Nada que hacer',
  emptyText: 'Cuando una caja sin red supera un límite o un saldo, o falla un pago, espera aquí a una persona.',
  noneDone: 'Todavía no se hizo nada',
  noneDoneText: 'Aquí están las tareas que alguien resolvió, con lo que se hizo.',
  close: 'Cerrar',
  whatToDo: 'Qué hacer',
  note: 'Qué se hizo (opcional)',
  noteText: 'Para quien pregunte más tarde.',
  doneButton: 'Hecha',
  doneToast: 'Hecha.',
  undo: 'Deshacer',
  reopen: 'Abrir de nuevo',
  reopened: 'Abierta de nuevo.',
  wasDone: 'Hecha <at></at>',
  customer: 'Cliente {number}',
  card: 'Tarjeta regalo …{lastFour}',
  unknownCard: 'Una tarjeta regalo que nadie conoce',
  credit: 'Crédito de tienda',
  points: 'Puntos',
  payment: 'Un pago',
  kinds: {
    promotion_overused: 'Promoción usada más allá de su límite',
    reward_overdrawn: 'Se tomó más de lo que había',
    gift_card_not_charged: 'Se vendió una tarjeta regalo y está vacía',
    payment_failed: 'Falló un pago',
  },
  toDo: {
    promotion_overused:
      'Los clientes pagaron y se fueron: no hay nada que reclamar. Mire si la promoción debe terminar, si hay que subir su límite, y si las cajas deben tener red para usarla.',
    reward_overdrawn:
      'Lo que se tomó ya no está. Pida la diferencia al cliente, o póngala en la cuenta como gesto. Lo próximo que entre en la cuenta llena el hueco por sí solo.',
    gift_card_not_charged:
      'El cliente pagó la tarjeta. Desbloquee la tarjeta y ponga el importe en ella, o dé otra al cliente.',
    payment_failed: 'Mire el pago en su proveedor, y pida al cliente otra forma de pagar, o dé el importe por perdido.',
  },
  overuses: 'Usada {count, plural, one {una vez} other {# veces}} más allá de su límite.',
  overusesOfCustomer: 'Un cliente la usó {count, plural, one {una vez} other {# veces}} más de lo permitido.',
  overusesOfCoupon: 'Un código o una oferta se usó {count, plural, one {una vez} other {# veces}} más de lo permitido.',
  overspent: '{amount} más que su presupuesto.',
  overdrawn: '{amount} más de lo que tenía.',
  overdrawnPoints: '{points, plural, one {Un punto} other {# puntos}} más de los que había.',
  still: 'Sigue en descubierto: {amount}.',
  stillPoints: '{points, plural, one {Se debe un punto} other {Se deben # puntos}} todavía.',
  settled: 'Ya no se debe nada.',
  notCharged: 'Se pagaron {amount} y no se pudieron poner en ella.',
  actions: {
    authorise: 'No se pudo autorizar {amount}.',
    capture: 'No se pudo cobrar {amount}.',
    void: 'No se pudo liberar la retención de {amount}.',
    refund: 'No se pudo devolver {amount}.',
  },
};

/** Por qué se rechaza una tarea. */
export const taskReasonsEs: typeof taskReasonsEn = {
  task_done_before: 'Otra persona ya la hizo.',
  task_open: 'Ya está abierta.',
};
