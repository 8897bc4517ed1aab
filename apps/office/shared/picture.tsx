import type { Product } from '../../client/types.ts';

/** The first picture of a product, small. Its name stands beside it, so it says nothing itself. */
export function Picture({ product, size = 36 }: { product: Pick<Product, 'pictures'>; size?: number }) {
  const [picture] = product.pictures;
  const style = { width: size, height: size };
  return picture === undefined ? (
    <span className="os-thumb" style={style} aria-hidden="true" />
  ) : (
    <img className="os-thumb" style={style} src={picture.url} alt="" loading="lazy" width={size} height={size} />
  );
}
