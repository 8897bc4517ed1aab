import type { retentionEn } from './retention-en.ts';

/** Cuánto se guardan los datos personales, en español. */
export const retentionEs: typeof retentionEn = {
  title: 'Datos personales',
  text: 'Cuánto se guarda lo que se sabe de las personas, y por qué. Lo que vence se retira solo, cuatro veces al día. Para dar a alguien sus datos o borrarlo, abra el cliente o la persona.',
  rules: 'Cuánto se guarda cada cosa',
  none: 'No hay reglas',
  noneText: 'Nada se retira solo.',
  everywhere: 'También las leyes de países donde no lleva libros',
  kept: 'Qué',
  howLong: 'Cuánto',
  means: 'Qué significa',
  basis: 'Por qué',
  basisText: 'La ley o su motivo. Figura en el justificante de un borrado.',
  what: {
    addresses: 'Desde dónde actuó alguien',
    sessions: 'Quién tuvo sesión y cuándo',
    import_files: 'Archivos importados',
  },
  invoicesIn: 'Datos en las facturas, {country}',
  otherInvoices: 'Datos en las facturas, cualquier otro país',
  meaning: {
    invoices:
      'El nombre y la dirección de una factura permanecen ese tiempo después de borrar a un cliente, porque la ley lo pide. Mientras tanto nadie los ve.',
    addresses: 'La dirección de red y el programa de quien hizo algo. Lo que hizo permanece en la auditoría.',
    sessions: 'Sesiones que han terminado.',
    import_files: 'El propio archivo y las celdas citadas en sus problemas. Lo que trajo permanece.',
  },
  years: '{count, plural, one {1 año} other {# años}}',
  days: '{count, plural, one {1 día} other {# días}}',
  yearsField: 'Años',
  yearsText: 'Desde el final del año en que se emitió el documento.',
  daysField: 'Días',
  touches: {
    invoices:
      'Vale para {people, plural, =0 {nadie todavía} one {1 cliente} other {# clientes}} con {things, plural, one {1 documento} other {# documentos}}, cuando se borren.',
    addresses:
      'La próxima vez se olvidarían {things, plural, =0 {ningunas direcciones} one {1 dirección} other {# direcciones}} de {people, plural, =0 {nadie} one {1 persona o programa} other {# personas y programas}}.',
    sessions:
      'La próxima vez se retirarían {things, plural, =0 {ningunas sesiones} one {1 sesión} other {# sesiones}} de {people, plural, =0 {nadie} one {1 persona} other {# personas}}.',
    import_files:
      'La próxima vez se retirarían {things, plural, =0 {ningunos archivos} one {1 archivo} other {# archivos}}.',
  },
  lastRun: 'La última vez',
  neverRun: 'Todavía ninguna. La primera llega al minuto de arrancar.',
  removed:
    'Se retiraron {addresses, plural, one {1 dirección} other {# direcciones}}, {sessions, plural, one {1 sesión} other {# sesiones}}, {cards, plural, one {los datos de 1 cliente} other {los datos de # clientes}} y {fileParts, plural, one {1 parte de un archivo} other {# partes de archivos}}.',
  save: 'Guardar',
  saved: 'Guardado. Vale desde la próxima vez.',
  cancel: 'Cancelar',
  close: 'Cerrar',
  needsLength: '¿Cuánto tiempo?',
  nothingChanged: 'Todavía no ha cambiado nada.',
};
