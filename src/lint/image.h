/**
 * How wide and high an image is: of PNG from its header, of SVG from the attributes of its root
 * element. Nothing of the picture itself is read.
 */
#ifndef PC_LINT_IMAGE_H
#define PC_LINT_IMAGE_H

#include "base/arena.h"

struct image_size {
	/* In thousandths of a pixel, so that 4.4 to 1 compares exactly. */
	int64_t width;
	int64_t height;
};

/** The largest side that is read, in thousandths of a pixel. */
#define IMAGE_MAX_SIDE INT64_C(1000000000)

/** NULL, else what is wrong with the file ("is no PNG"). */
const char *png_size(struct str file, struct image_size *ret_size);
/**
 * width and height in pixels when the root has both, else those of its viewBox.
 *
 * @ret_is_scalable  the size is the viewBox's: a shape without a size of its own
 */
const char *svg_size(struct str file, struct image_size *ret_size, bool *ret_is_scalable);

#endif
