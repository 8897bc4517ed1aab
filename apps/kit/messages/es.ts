import type { kitEn } from './en.ts';

/** The words of our parts in Spanish. */
export const kitEs: typeof kitEn = {
  skip: 'Ir a la página',
  navigation: 'Principal',
  mostUsed: 'Lo más usado',
  more: 'Más',
  close: 'Cerrar',
  cancel: 'Cancelar',
  find: 'Buscar o hacer',
  paletteHint: 'Busca un producto, un pedido o algo que hacer',
  paletteNothing: 'No se encontró nada.',
  rows: '{count, plural, one {1 fila} other {{shown} filas}}',
  rowsAndMore: '{shown} filas cargadas, hay más',
  loadMore: 'Cargar más',
  exportCsv: 'Exportar CSV',
  live: 'En directo',
  liveMeans: 'Los números cambian aquí cuando cambian en los libros.',
  connecting: 'Conectando',
  lost: 'Sin conexión en directo',
  lostMeans:
    'Se perdió la conexión; seguimos intentándolo. Lo que ves puede estar anticuado. No se ha perdido nada de lo que hiciste.',
};
