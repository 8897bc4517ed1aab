import type { CardDetails } from '../../src/customers/customer.ts';
import { decideCreateCustomer } from '../../src/customers/customer.ts';
import { leftOut, type RowFile } from './row-file.ts';

/** A customer of a file. `details` holds what the file has columns for. */
export type ImportedCustomer = {
  readonly line: number;
  readonly number: string;
  readonly details: Partial<CardDetails>;
};

/** Customers, one a row, known by their number. */
export const customerRows: RowFile<ImportedCustomer> = {
  personal: true,
  columns: [
    {
      field: 'number',
      names: ['number', 'customer number', 'customer id', 'Kundennummer', 'número de cliente', 'id'],
      required: true,
      says: 'What the customer is known by. The same number again changes the customer.',
    },
    {
      field: 'name',
      names: ['name', 'full name', 'customer name', 'nombre'],
      says: 'First and last name, or a company.',
    },
    {
      field: 'firstName',
      names: ['first name', 'Vorname', 'given name'],
      says: 'With a last name, instead of a name.',
    },
    { field: 'lastName', names: ['last name', 'Nachname', 'surname', 'apellidos'], says: 'See first name.' },
    { field: 'email', names: ['email', 'e mail', 'email address', 'correo'], says: 'An e-mail address.' },
    { field: 'phone', names: ['phone', 'telephone', 'mobile', 'Telefon', 'teléfono'], says: 'A telephone number.' },
    {
      field: 'line1',
      names: ['address', 'address 1', 'line 1', 'street', 'Straße', 'dirección'],
      says: 'Street and number.',
    },
    { field: 'line2', names: ['address 2', 'line 2', 'Adresszusatz'], says: 'What else stands in the address.' },
    { field: 'postcode', names: ['postcode', 'zip', 'postal code', 'PLZ', 'código postal'], says: 'The postcode.' },
    { field: 'city', names: ['city', 'town', 'Ort', 'Stadt', 'ciudad'], says: 'The town.' },
    { field: 'region', names: ['region', 'state', 'province', 'provincia'], says: 'State or province.' },
    { field: 'country', names: ['country', 'country code', 'Land', 'país'], says: 'Two letters: DE, ES, FR …' },
  ],
  read(row) {
    const number = (row.short('number', 40) ?? '').toUpperCase();
    if (number === '') return leftOut(row, 'number', 'A customer needs a number.');
    const both = [row.text('firstName'), row.text('lastName')].filter((part) => part !== '').join(' ');
    const name = row.text('name') === '' ? both : row.text('name');
    const address = Object.fromEntries(
      (['line1', 'line2', 'postcode', 'city', 'region'] as const).flatMap((field) => {
        const text = row.short(field, 200) ?? '';
        return text === '' ? [] : [[field, text]];
      }),
    );
    const country = row.text('country').toUpperCase();
    if (country !== '' && !/^[A-Z]{2}$/.test(country))
      row.problem('country', {
        weight: 'warning',
        reason: 'bad_country',
        says: 'A country is written with two letters.',
        does: 'The country is left out.',
      });
    const decision = decideCreateCustomer({
      name: name.slice(0, 200),
      email: row.short('email', 254) ?? '',
      phone: row.short('phone', 40) ?? '',
      address,
      country: /^[A-Z]{2}$/.test(country) ? country : '',
    });
    if (decision.ok) return { line: row.line, number, details: decision.value };
    return decision.rejection.reason === 'bad_email'
      ? leftOut(row, 'email', 'This is no e-mail address.', 'bad_email')
      : leftOut(
          row,
          'number',
          'The row has neither a name nor an e-mail address nor a telephone number.',
          'nothing_known',
        );
  },
};
