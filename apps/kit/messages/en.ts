/** The words of our parts. */
export const kitEn = {
  skip: 'Skip to the page',
  navigation: 'Main',
  mostUsed: 'Most used',
  more: 'More',
  close: 'Close',
  cancel: 'Cancel',
  find: 'Find or do',
  paletteHint: 'Find a product, an order, or something to do',
  paletteNothing: 'Nothing found.',
  rows: '{count, plural, one {1 row} other {{shown} rows}}',
  rowsAndMore: '{shown} rows loaded, more to come',
  loadMore: 'Load more',
  exportCsv: 'Export CSV',
  live: 'Live',
  liveMeans: 'Numbers change here as they change in the books.',
  connecting: 'Connecting',
  lost: 'Not live',
  lostMeans:
    'The connection is lost; we keep trying. What you see may be old. Nothing you did is lost, and acts work again once the server answers.',
};
