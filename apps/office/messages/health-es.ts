import type { healthEn } from './health-en.ts';

/** The health of the installation in Spanish. */
export const healthEs: typeof healthEn = {
  title: 'Estado',
  summary: 'Cómo está la instalación',
  well: 'Todo está bien',
  wellText: '{count, plural, one {Se vigila una cosa} other {Se vigilan # cosas}} continuamente y nada le necesita.',
  wrong: '{count, plural, one {Una cosa necesita a alguien} other {# cosas necesitan a alguien}}',
  wrongText: 'Abajo está qué ocurre y qué hacer; lo más urgente, primero.',
  notYet: 'Todavía no se ha comprobado nada',
  notYetText: 'El programa acaba de arrancar. Las primeras respuestas llegan en menos de un minuto.',
  lastLooked: 'Última comprobación',
  version: 'Versión',
  startedAt: 'En marcha desde',
  whatToDo: 'Qué hacer:',
  since: 'Así desde',
  looked: 'comprobado',
  open: { quarantine: 'Abrir la cuarentena', backups: 'Abrir las copias de seguridad' },
  none: 'No se vigila nada',
  noneText: 'Esta instalación no tiene comprobaciones. Reinicie el programa.',
  checks: 'Qué se vigila',
  check: 'Qué',
  state: 'Estado',
  lookedAt: 'Última comprobación',
  whenAsked: 'solo a petición',
  soon: 'enseguida',
  lookNow: 'Comprobar ahora',
  lookNowAt: 'Comprobar ahora: {what}',
  mayNot: 'Puede mirar, pero no hacer esto. Pídaselo a quien pueda gestionar el sistema.',
  states: {
    ok: 'Bien',
    warn: 'Conviene mirarlo',
    bad: 'Necesita a alguien ya',
    unknown: 'Aún no se sabe',
    running: 'Comprobando …',
  },
  close: 'Cerrar',
  testAlert: 'Enviar un aviso de prueba',
  nobody: 'No se avisa a nadie cuando algo va mal',
  nobodyText:
    'Quien lleva el servidor pone su dirección en ALERT_EMAIL, o su chat en ALERT_WEBHOOK_URL, y lo reinicia.',
  sentText: 'Mire si ha llegado. Esto es lo que se ha intentado:',
  sent: 'Enviado',
  notSent: 'No enviado',
  ways: { mail: 'Por correo', webhook: 'A su webhook' },
  not_looked_at: {
    problem: 'No se pudo mirar: {detail}',
    remedy: 'Mire si la base de datos está bien; se vuelve a mirar solo.',
  },
  known: {
    database: {
      title: 'Base de datos',
      about: 'Responde, y tan rápido como pide una cola en la caja.',
      why: {
        silent: {
          problem: 'La base de datos no responde. Dice: {detail}',
          remedy: 'Mire si PostgreSQL funciona y se llega a él desde esta máquina; si no, su registro dice por qué.',
        },
        slow: {
          problem: 'La base de datos tarda {latencyMs, number} ms en responder a la pregunta más pequeña.',
          remedy: 'Cada venta espera por ella varias veces: mire su carga, su disco y la red entre ambos.',
        },
      },
      remedy:
        'Mire si PostgreSQL funciona y cuánta carga tiene: el disco y la red entre ambos. Cada venta espera por ella.',
    },
    disk: {
      title: 'Espacio en disco',
      about: 'Hay sitio para lo que venda mañana.',
      problem:
        'Solo quedan {freeGb, number, ::.0} GB ({freeShare, number, ::percent}) libres en el disco de la carpeta de datos.',
      remedy: 'Haga sitio o amplíe el disco. Cuando se llena, la base de datos se para y nadie puede vender.',
    },
    books: {
      title: 'Los libros cuadran',
      about: 'El debe y el haber de las dos últimas semanas son iguales.',
      problem: 'Los libros de {days, plural, one {un día} other {# días}} no cuadran.',
      remedy:
        'La base de datos rechaza lo que no cuadra: es un error del programa o alguien escribió por fuera. No pare nada, guarde una copia y comuníquelo.',
    },
    books_audit: {
      title: 'Revisión completa de los libros',
      about: 'Todo comparado con todo. Lee todo el historial, por eso solo se hace a petición.',
      problem:
        '{days} días no cuadran, {totals} sumas difieren de sus asientos y {levels} existencias de sus movimientos.',
      remedy:
        'La base de datos rechaza lo que no cuadra: es un error del programa o alguien escribió por fuera. No pare nada, guarde una copia y comuníquelo.',
    },
    jobs: {
      title: 'Tareas',
      about: 'Las importaciones, los correos y el resto del trabajo interno se hacen.',
      why: {
        running_long: { problem: 'Una tarea lleva {minutes, number} minutos en marcha.' },
        waiting_long: { problem: 'Hay tareas en espera: la más antigua espera desde hace {minutes, number} minutos.' },
        failed: {
          problem:
            '{failed, plural, one {Una tarea fracasó} other {# tareas fracasaron}} del todo. La última dijo: {detail}',
          remedy: 'Quite la causa y repítalas, o descártelas.',
        },
      },
      remedy: 'El registro del programa dice la causa. Al reiniciarlo, sus tareas se retoman.',
    },
    followers: {
      title: 'Lectores de sucesos',
      about: 'Las pantallas en vivo y los webhooks van al día.',
      problem: 'A {follower} le faltan por leer {behind, number} sucesos.',
      remedy: 'Se pone al día solo. Si el número crece, búsquelo en el registro del programa.',
    },
    quarantine: {
      title: 'Cuarentena',
      about: 'Ninguna venta de una caja espera por no poder leerse o creerse.',
      problem: '{waiting, plural, one {Un hecho espera} other {# hechos esperan}} en cuarentena.',
      remedy: 'Ábralos y decida: ocurrieron, y los libros no los tienen.',
    },
    replication: {
      title: 'Réplicas',
      about: 'Las copias de la base de datos están al día, si las hay.',
      problem: 'Una réplica lleva {lagSeconds, number} segundos de retraso.',
      remedy:
        'Los informes muestran cifras viejas y un cambio ahora perdería ese rato. Mire el disco y la red de la réplica.',
    },
    clock: {
      title: 'Relojes',
      about: 'El programa y la base de datos coinciden en la hora.',
      problem: 'Dos relojes difieren en {skewSeconds, number} segundos.',
      remedy:
        'Deje que ambas máquinas tomen la hora de la red (NTP): por ella empiezan los precios y terminan las sesiones.',
    },
    migrations: {
      title: 'Migraciones',
      about: 'La base de datos tiene la forma que pide esta versión.',
      problem: '{pending, plural, one {Falta una migración} other {Faltan # migraciones}} por aplicar.',
      remedy: 'Reinicie el programa, o ejecute: node oneshelf.mjs migrate',
    },
    partitions: {
      title: 'Particiones',
      about: 'Las tablas que solo crecen se dividen con antelación.',
      problem: '{behind, plural, one {Una tabla debería} other {# tablas deberían}} tener ya otra partición.',
      remedy:
        'El registro dice por qué no; el usuario de DATABASE_ADMIN_URL debe ser dueño de las tablas. Se intenta cada hora.',
    },
    certificate: {
      title: 'Certificado',
      about: 'Las cajas y los navegadores confían en la dirección por un buen tiempo, si el HTTPS es propio.',
      problem: 'El certificado vale {days, plural, =0 {menos de un día} one {un día más} other {# días más}}.',
      remedy: 'Debería haberse renovado: el registro dice por qué no. Con HTTPS=files ponga archivos nuevos.',
    },
    retailers: {
      title: 'Otros comercios',
      about: 'Los demás comercios de esta instalación están abiertos.',
      problem:
        '{notOpen, plural, one {Otro comercio} other {# comercios}} de esta instalación no se {notOpen, plural, one {ha podido} other {han podido}} abrir.',
      remedy: 'El registro dice cuáles y por qué. Se intenta cada 30 segundos; los demás están abiertos.',
    },
    backup: {
      title: 'Copias de seguridad',
      about: 'Se hacen según lo previsto y cada una se ha vuelto a leer.',
      why: {
        none: { problem: 'Todavía no hay ninguna copia.' },
        old: {
          problem:
            'La última copia buena tiene {ageHours, plural, =0 {menos de una hora} one {una hora} other {# horas}}.',
        },
        failed: { problem: 'El último intento fracasó. Dijo: {detail}' },
      },
      remedy: 'Quite la causa, haga una copia ahora y mire si sale bien.',
    },
  },
};
