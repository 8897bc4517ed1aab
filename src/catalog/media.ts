/** What a picture may be. An SVG is served with a policy that lets nothing in it run. */
export const MEDIA_TYPES = ['image/svg+xml', 'image/png', 'image/jpeg', 'image/webp', 'image/avif'] as const;

/** One of {@link MEDIA_TYPES}. */
export type MediaType = (typeof MEDIA_TYPES)[number];

/** A picture of a product, without its bytes. `alt` is what it shows, for those who do not see it. */
export type Media = {
  readonly id: string;
  readonly productId: string;
  readonly position: number;
  readonly mediaType: MediaType;
  readonly alt: string;
};
