/** Languages that the words of imports are kept in. */
export type ImportLanguage = 'en' | 'es';

/**
 * Every sentence that tells what is wrong with a file, why something was recognised, or what will be done about it: English, which is its key and what programs are told beside the
 * stable `reason`, and Spanish. `{0}`, `{1}` … stand for what is inserted; both languages insert the same.
 */
export const IMPORT_SENTENCES: readonly (readonly [en: string, es: string])[] = [
  // Rows and cells.
  ['"{0}" is no number.', '«{0}» no es un número.'],
  ['The value is left out.', 'Se omite el valor.'],
  ['The text has {0} letters, more than {1}.', 'El texto tiene {0} letras, más de {1}.'],
  ['It is cut after {0} letters.', 'Se corta tras {0} letras.'],
  ['An amount cannot be below nought.', 'Un importe no puede ser menor que cero.'],
  ['The amount has too many digits.', 'El importe tiene demasiadas cifras.'],
  ['The amount is left out.', 'Se omite el importe.'],
  ['There cannot be fewer than no units on a shelf.', 'En un estante no puede haber menos de cero unidades.'],
  ['This is no whole number of units.', 'No es un número entero de unidades.'],
  ['The stock is taken as 0.', 'Las existencias se toman como 0.'],
  ['The stock is left out.', 'Se omiten las existencias.'],
  [
    'A SKU has at most 60 plain letters, digits and signs.',
    'Un SKU tiene como máximo 60 letras sin acentos, cifras y signos.',
  ],
  ['It is called "{0}".', 'Se llama «{0}».'],
  ['The article has no SKU.', 'El artículo no tiene SKU.'],
  ['It is called "{0}", also at the next import.', 'Se llama «{0}», también en la próxima importación.'],
  ['It is left out.', 'Se omite.'],
  ['The description has {0} letters, more than {1}.', 'La descripción tiene {0} letras, más de {1}.'],
  ['It is cut there.', 'Se corta ahí.'],
  ['The row is left out.', 'Se omite la fila.'],
  ['This row is left out.', 'Se omite esta fila.'],
  ['It is taken as it stands here.', 'Se toma tal como está.'],
  ['It stays as it is.', 'Se queda como está.'],
  [
    'The row has {0} cells, the header {1}: probably a text with a separator in it stands without quotes.',
    'La fila tiene {0} celdas y la cabecera {1}: seguramente hay un texto con un separador sin comillas.',
  ],
  [
    'The row is left out, because nobody knows which cell belongs to which column.',
    'Se omite la fila, porque no se sabe qué celda corresponde a qué columna.',
  ],
  ['The row has {0} cells, the header {1}.', 'La fila tiene {0} celdas y la cabecera {1}.'],
  ['The missing ones are taken as empty.', 'Las que faltan se toman como vacías.'],
  [
    'Some letters cannot be read; perhaps the file was saved in the wrong encoding before.',
    'Algunas letras no se pueden leer; quizá el archivo se guardó antes con otra codificación.',
  ],
  [
    'Quotes within a quoted text should be written twice.',
    'Las comillas dentro de un texto entre comillas deben escribirse dos veces.',
  ],
  ['Everything from that place on is left out.', 'Se omite todo a partir de ahí.'],
  ['A quote is opened and never closed.', 'Se abren unas comillas y nunca se cierran.'],
  [
    'A row is larger than any row is; probably a quote is not closed.',
    'Una fila es más larga de lo posible; seguramente faltan unas comillas de cierre.',
  ],
  ['The file is empty.', 'El archivo está vacío.'],
  ['An earlier row is about the same.', 'Una fila anterior trata de lo mismo.'],
  ['The first one is taken, this one is left out.', 'Vale la primera; esta se omite.'],
  ['This is no date.', 'No es una fecha.'],
  [
    'Something is wrong on our side; what was taken in until then stays.',
    'Algo falla por nuestra parte; lo importado hasta entonces se queda.',
  ],
  // Pictures, archives, spreadsheets.
  [
    '"{0}" is neither an address of the web nor the name of a picture.',
    '«{0}» no es ni una dirección web ni el nombre de una imagen.',
  ],
  ['The picture is left out.', 'Se omite la imagen.'],
  ['The product is there without this picture.', 'El producto queda sin esta imagen.'],
  ['What came is no PNG, JPEG, WebP or AVIF picture.', 'Lo recibido no es una imagen PNG, JPEG, WebP ni AVIF.'],
  ['The server answered {0}.', 'El servidor respondió {0}.'],
  ['No archive with pictures came along.', 'No vino ningún archivo con imágenes.'],
  ['The archive holds no picture of that name.', 'El archivo no contiene ninguna imagen con ese nombre.'],
  ['No picture is taken out of the archive.', 'No se toma ninguna imagen del archivo.'],
  ['The archive is larger than 256 MB.', 'El archivo ocupa más de 256 MB.'],
  ['The archive holds more than {0} files.', 'El archivo contiene más de {0} ficheros.'],
  ['{0} is locked with a password.', '{0} está protegido con contraseña.'],
  ['"{0}" is no name of a file in a folder.', '«{0}» no es el nombre de un fichero de una carpeta.'],
  ['{0} is larger than {1} bytes.', '{0} ocupa más de {1} bytes.'],
  ['The archive unpacks to more than {0} bytes.', 'El archivo descomprimido ocupa más de {0} bytes.'],
  ['{0} is a link to another file.', '{0} es un enlace a otro fichero.'],
  ['Files in the archive lie over each other.', 'Los ficheros del archivo se solapan.'],
  [
    'The archive unpacks to more than {0} times its size.',
    'El archivo descomprimido ocupa más de {0} veces su tamaño.',
  ],
  ['{0} unpacks to more than is allowed.', '{0} descomprimido ocupa más de lo permitido.'],
  ['{0} unpacks to more than {1} times its size.', '{0} descomprimido ocupa más de {1} veces su tamaño.'],
  ['A name in the archive leads out of its folder.', 'Un nombre del archivo sale de su carpeta.'],
  ['This is no ZIP archive that can be read: {0}', 'No es un archivo ZIP que se pueda leer: {0}'],
  ['This is no spreadsheet that can be read: {0}', 'No es una hoja de cálculo que se pueda leer: {0}'],
  ['The sheet has more than {0} rows. Save it as CSV.', 'La hoja tiene más de {0} filas. Guárdala como CSV.'],
  [
    '{0} declares a document type, which no spreadsheet needs.',
    '{0} declara un tipo de documento, que ninguna hoja de cálculo necesita.',
  ],
  [
    'The spreadsheet {0}. Save it as CSV, or without its empty rows and columns.',
    'La hoja de cálculo cuesta demasiado de leer. Guárdala como CSV o sin sus filas y columnas vacías.',
  ],
  ['This is no address.', 'No es una dirección.'],
  ['Only http and https addresses are called.', 'Solo se llama a direcciones http y https.'],
  ['An address may hold no user name or password.', 'Una dirección no puede llevar usuario ni contraseña.'],
  ['Port {0} is not one of web pages.', 'El puerto {0} no es de páginas web.'],
  ['It was sent on more than {0} times.', 'Se redirigió más de {0} veces.'],
  ['{0} leads into a private network and is not called.', '{0} lleva a una red privada y no se llama.'],
  ['The answer is larger than {0} bytes.', 'La respuesta ocupa más de {0} bytes.'],
  ['It took too long.', 'Tardó demasiado.'],
  ['Nobody answers there.', 'Allí no responde nadie.'],
  // Products.
  ['The row names no product.', 'La fila no nombra ningún producto.'],
  ['The row holds neither a variant nor a picture.', 'La fila no contiene ni variante ni imagen.'],
  ['The product is archived in Shopify.', 'El producto está archivado en Shopify.'],
  ['Former prices are not taken in.', 'No se importan los precios anteriores.'],
  ['Only the price that holds is.', 'Solo el precio vigente.'],
  [
    'Grouped and external products have no stock and no price of their own.',
    'Los productos agrupados y externos no tienen existencias ni precio propios.',
  ],
  ['The variation names no product.', 'La variación no nombra ningún producto.'],
  [
    'The product "{0}" of this variation is not in the file.',
    'El producto «{0}» de esta variación no está en el archivo.',
  ],
  ['The variation is left out.', 'Se omite la variación.'],
  [
    'A variable product without variations has nothing to sell.',
    'Un producto variable sin variaciones no tiene nada que vender.',
  ],
  ['A sale for a time is not taken in.', 'No se importan las rebajas temporales.'],
  ['The regular price is.', 'Sí el precio normal.'],
  ['The row is a translation for one store view.', 'La fila es una traducción para una vista de tienda.'],
  [
    'Products of the type "{0}" have no stock of their own.',
    'Los productos del tipo «{0}» no tienen existencias propias.',
  ],
  ['The SKU stands in the file before.', 'El SKU ya está antes en el archivo.'],
  ['The variant "{0}" is not in the file.', 'La variante «{0}» no está en el archivo.'],
  ['The variant "{0}" belongs to another product already.', 'La variante «{0}» ya pertenece a otro producto.'],
  ['The product is taken in without it.', 'El producto se importa sin ella.'],
  [
    'A configurable product without variants has nothing to sell.',
    'Un producto configurable sin variantes no tiene nada que vender.',
  ],
  ['Special prices hold for a time and are not taken in.', 'Los precios especiales son temporales y no se importan.'],
  ['The price is.', 'Sí el precio.'],
  ['There is no such kind of article.', 'No existe ese tipo de artículo.'],
  ['It is taken in as goods.', 'Se importa como mercancía.'],
  ['The product has no article that can be taken in.', 'El producto no tiene ningún artículo que se pueda importar.'],
  ['Its SKUs belong to different products here.', 'Sus SKU pertenecen aquí a productos distintos.'],
  ['The product is left out; bring them together first.', 'Se omite el producto; júntalos antes.'],
  ['A new product needs a name.', 'Un producto nuevo necesita un nombre.'],
  ['The product is left out.', 'Se omite el producto.'],
  ['This variant exists here already, with the SKU {0}.', 'Esta variante ya existe aquí, con el SKU {0}.'],
  ['The variant is left out: SKUs stay as they are.', 'Se omite la variante: los SKU no cambian.'],
  ['The article has no price.', 'El artículo no tiene precio.'],
  ['It is taken in and cannot be sold until it has one.', 'Se importa y no se puede vender hasta que lo tenga.'],
  ['The article has stock here already.', 'El artículo ya tiene existencias aquí.'],
  [
    'Its stock stays as it is; a file of counted stock changes it.',
    'Sus existencias no cambian; las cambia un archivo de recuento.',
  ],
  ['The bar code number belongs to {0} here.', 'Ese número de código de barras es aquí de {0}.'],
  ['The article is taken in without it.', 'El artículo se importa sin él.'],
  ['There is no such tax class here.', 'Aquí no existe esa clase de impuesto.'],
  ['The tax class of the category holds.', 'Vale la clase de impuesto de la categoría.'],
  ['The product was changed after the import.', 'El producto se cambió después de la importación.'],
  ['The article was changed after the import.', 'El artículo se cambió después de la importación.'],
  [
    'Some of the stock that was imported is sold or promised by now.',
    'Parte de las existencias importadas ya está vendida o prometida.',
  ],
  ['What was counted cannot be taken back: count again.', 'Lo recontado no se puede deshacer: vuelve a contar.'],
  // Prices, stock, customers, balances.
  ['No channel with a price list is chosen.', 'No se ha elegido ningún canal con tarifa.'],
  [
    'There is no article "{0}" here; import the articles first.',
    'Aquí no hay ningún artículo «{0}»; importa antes los artículos.',
  ],
  ['No location is chosen.', 'No se ha elegido ninguna ubicación.'],
  ['There is no location "{0}" that keeps stock.', 'No hay ninguna ubicación «{0}» con existencias.'],
  ['There is no article "{0}" here.', 'Aquí no hay ningún artículo «{0}».'],
  ['The row is left out; import the articles first.', 'Se omite la fila; importa antes los artículos.'],
  ['The article has stock here already ({0}).', 'El artículo ya tiene existencias aquí ({0}).'],
  [
    'Its stock stays as it is; choose "counted" to change it.',
    'Sus existencias no cambian; elige «recuento» para cambiarlas.',
  ],
  ['A customer needs a number.', 'Un cliente necesita un número.'],
  ['A country is written with two letters.', 'Un país se escribe con dos letras.'],
  ['The country is left out.', 'Se omite el país.'],
  ['This is no e-mail address.', 'No es una dirección de correo.'],
  [
    'The row has neither a name nor an e-mail address nor a telephone number.',
    'La fila no tiene ni nombre ni correo ni teléfono.',
  ],
  ['The customer is archived here.', 'El cliente está archivado aquí.'],
  ['The row names no ledger account.', 'La fila no nombra ninguna cuenta contable.'],
  ['The row names no day.', 'La fila no nombra ningún día.'],
  ['The row has neither a debit nor a credit.', 'La fila no tiene ni debe ni haber.'],
  [
    'There is no such legal entity, or none is named and there are several.',
    'No existe esa sociedad, o no se nombra ninguna y hay varias.',
  ],
  ['The legal entity has no location yet.', 'La sociedad aún no tiene ninguna ubicación.'],
  ['The day has still to come.', 'Ese día aún no ha llegado.'],
  ['{0} has no ledger account "{1}".', '{0} no tiene la cuenta contable «{1}».'],
  [
    'This account takes the other side of every opening balance.',
    'Esta cuenta recibe la contrapartida de todos los saldos iniciales.',
  ],
  [
    'What "{0}" stands at follows from the stock or the orders that are there.',
    'El saldo de «{0}» resulta de las existencias o los pedidos que hay.',
  ],
  ['A balance is a whole number of the smallest coin.', 'Un saldo es un número entero de la moneda más pequeña.'],
  // What the old system says beside what stands here.
  ['The old system has the article {0}; here it is not.', 'El sistema anterior tiene el artículo {0}; aquí no está.'],
  ['Import it, or leave it behind on purpose.', 'Impórtalo o déjalo atrás a propósito.'],
  ['The old system has {0}, and here there is {1}.', 'El sistema anterior tiene {0} y aquí hay {1}.'],
  ['See whether they are the same, and give both one code.', 'Mira si son el mismo y dales un solo código.'],
  ['There is no location {0} here.', 'Aquí no hay ninguna ubicación {0}.'],
  ['The row is not compared.', 'La fila no se compara.'],
  ['The old system has {0}, here are {1} ({2}{3}).', 'El sistema anterior tiene {0}, aquí hay {1} ({2}{3}).'],
  ['Count it, or import the stock anew.', 'Recuéntalo o importa de nuevo las existencias.'],
  [
    'The old system sells it at {0}, here it has no price.',
    'El sistema anterior lo vende a {0}; aquí no tiene precio.',
  ],
  ['Set one: without it the article is not sold.', 'Pon uno: sin precio el artículo no se vende.'],
  ['The old system sells it at {0}, here it costs {1}.', 'El sistema anterior lo vende a {0}; aquí cuesta {1}.'],
  ['Decide which one holds, and set it.', 'Decide cuál vale y ponlo.'],
  ['{0} is here ({1} on the shelf) and not in the file.', '{0} está aquí ({1} en el estante) y no en el archivo.'],
  ['Nothing, if it is new.', 'Nada, si es nuevo.'],
  ['See where its units come from.', 'Mira de dónde vienen sus unidades.'],
  // What was recognised.
  ['The file begins with the mark of UTF-8.', 'El archivo empieza con la marca de UTF-8.'],
  [
    'The file begins with the mark of UTF-16 (little end first).',
    'El archivo empieza con la marca de UTF-16 (little endian).',
  ],
  [
    'The file begins with the mark of UTF-16 (big end first).',
    'El archivo empieza con la marca de UTF-16 (big endian).',
  ],
  [
    'Every second byte is nought: UTF-16 (little end first) without its mark.',
    'Uno de cada dos bytes es cero: UTF-16 (little endian) sin marca.',
  ],
  [
    'Every second byte is nought: UTF-16 (big end first) without its mark.',
    'Uno de cada dos bytes es cero: UTF-16 (big endian) sin marca.',
  ],
  ['There are only plain letters.', 'Solo hay letras sin acentos.'],
  ['All of it is valid UTF-8.', 'Todo es UTF-8 válido.'],
  [
    'It is no UTF-8; read as Windows-1252 (which includes Latin-1) its special letters are those of western languages.',
    'No es UTF-8; leído como Windows-1252 (que incluye Latin-1) sus letras especiales son de lenguas occidentales.',
  ],
  [
    'It is no UTF-8, and read as Windows-1252 its special letters would be signs. Old Macs wrote like this.',
    'No es UTF-8, y leído como Windows-1252 sus letras especiales serían signos. Así escribían los Mac antiguos.',
  ],
  ['There is only one column.', 'Solo hay una columna.'],
  [
    'Cut at each {0}, {1} % of the first {2} rows have {3} columns like the first.',
    'Cortadas en cada {0}, el {1} % de las primeras {2} filas tienen {3} columnas como la primera.',
  ],
  [
    '{0} numbers can only be read with a decimal comma, none with a decimal point.',
    '{0} números solo se leen con coma decimal y ninguno con punto.',
  ],
  [
    '{0} numbers can only be read with a decimal point, none with a decimal comma.',
    '{0} números solo se leen con punto decimal y ninguno con coma.',
  ],
  [
    'All {0} numbers with a sign have three digits after it: they may be thousands or thousandths.',
    'Los {0} números con signo llevan tres cifras detrás: pueden ser millares o milésimas.',
  ],
  [
    '{0} numbers can only be read with a decimal point and {1} with a decimal comma.',
    '{0} números solo se leen con punto decimal y {1} con coma decimal.',
  ],
];

type Sentence = { readonly pattern: RegExp; readonly es: string };

const lettersOf = (en: string): number => en.replaceAll(/\{\d\}/g, '').length;

/** Those that say most of themselves come first: `The answer is larger than …` before `{0} is larger than …`. */
const SENTENCES: readonly Sentence[] = IMPORT_SENTENCES.toSorted(([a], [b]) => lettersOf(b) - lettersOf(a)).map(
  ([en, es]) => ({
    pattern: new RegExp(
      `^${en
        .split(/\{\d\}/)
        .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
        .join('([^]*?)')}$`,
    ),
    es,
  }),
);

/** Longer texts are no sentence of ours. */
const MAX_LETTERS = 600;

/** A sentence of an import in a language; what is not known stays as it is. */
export function importWords(text: string, language: ImportLanguage): string {
  if (language === 'en' || text.length > MAX_LETTERS) return text;
  for (const { pattern, es } of SENTENCES) {
    const inserted = pattern.exec(text);
    if (inserted !== null) return es.replaceAll(/\{(\d)\}/g, (_, at: string) => inserted[Number(at) + 1] ?? '');
  }
  return text;
}
