// How the gradient of a weight becomes matrix products, and how those are divided.
//
// Every element of the kernel needs one product: of the gradient, with places in rows and filters in
// columns, and the input, with the same places and channels in columns. For all of them to read one
// copy of each, places of both are numbered alike: as the output's, in rows and images long enough that
// whatever an element of the kernel reads beyond an edge lies in a gap of zeros. The element then is
// an offset into the input. Where the kernel moves in steps, the input is seen in as many views, one a
// remainder of row and column.
#ifndef WEIGHT_GRADIENT_PLAN_H
#define WEIGHT_GRADIENT_PLAN_H

#include "weight_gradient.h"

enum {
    // Of channels or filters: two tiles.
    panel = 32,
    // Of places: what one multiplication of tiles sums over.
    step = 32,
    tile_bytes = 1024,
    block_bytes = 4 * tile_bytes,
    most_taps = 49,
    most_views = 4,
};

// The input from that row and column on, in steps of the stride.
struct view {
    long row, column;
};

// A view, packed in pairs of neighbouring places that begin at even or at odd ones.
struct packing {
    size_t view, is_odd;
};

// The product of the gradient with a packing, some pairs further.
struct product {
    size_t packing, pairs;
};

// An element of the kernel: its product, and the column of its first channel there.
struct tap {
    size_t product, column;
};

struct plan {
    const struct weight_gradient_shape *shape;
    // Of the numbering: of an image, of a row, in all.
    long rows, pitch, places;
    // The first place of the input that place 0 needs, and how many more.
    long first_offset, reach;
    size_t views, packings, products, taps;
    struct view view[most_views];
    struct packing packing[2 * most_views];
    struct product product[most_taps];
    struct tap tap[most_taps];
    // Whether the channels of all views stand side by side in one panel.
    int is_narrow;
    size_t filter_panels, channel_panels;
    // The work is divided by places and by filters, the places of a part into blocks of steps that stay
    // in the second-level cache.
    size_t place_parts, filter_parts, steps, block_steps;
    // The bytes of half a panel of a packing, of all sums of a part of the places, and of what a part
    // of the work has for itself.
    size_t half_bytes, sums_bytes;
    size_t gradient_bytes, input_bytes, rows_bytes, narrow_bytes, part_bytes;
};

// Whether the shape can be planned.
int make_plan(struct plan *plan, const struct weight_gradient_shape *shape);

#endif
