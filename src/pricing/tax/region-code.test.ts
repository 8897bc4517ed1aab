import { expect, test } from 'vitest';
import { regionCode } from './region-code.ts';

test.each([
  ['IN', 'Maharashtra', 'MH'],
  ['IN', ' tamil  nadu ', 'TN'],
  ['IN', 'Jammu & Kashmir', 'JK'],
  ['IN', 'ka', 'KA'],
  ['US', 'New York', 'NY'],
  ['US', 'CA', 'CA'],
  ['US', 'Atlantis', undefined],
  ['US', 'constructor', undefined],
  ['DE', 'Bayern', undefined],
  ['GB', undefined, undefined],
])('in %s %o is %o', (country, region, code) => expect(regionCode(country, region)).toBe(code));
