#include "weight_gradient_plan.h"

#include <string.h>

static long most(long a, long b) { return a > b ? a : b; }
static size_t round_up(size_t count, size_t unit) { return (count + unit - 1) / unit * unit; }
static size_t share(size_t count, size_t parts) { return (count + parts - 1) / parts; }

// Where an element of the kernel reads, along rows or columns: in which view, how far from the
// output's place.
struct reading {
    long view, shift;
};

static struct reading reading(const struct weight_gradient_shape *s, int axis, size_t element) {
    long stride = (long)s->stride[axis];
    long offset = (long)(element * s->dilation[axis]) - (long)s->padding[axis];
    long shift = offset >= 0 ? offset / stride : -((stride - 1 - offset) / stride);
    return (struct reading){offset - shift * stride, shift};
}

// How long a row (or image) must be so that no reading beyond its ends meets another's values.
static long gapped_length(const struct weight_gradient_shape *s, int axis) {
    long least = 0, greatest = 0, length = 0, stride = (long)s->stride[axis];
    for (size_t i = 0; i < s->kernel[axis]; i++) {
        struct reading r = reading(s, axis, i);
        least = r.shift < least ? r.shift : least;
        greatest = most(greatest, r.shift);
        length = most(length, ((long)s->input[axis] - r.view + stride - 1) / stride);
    }
    return most(length - least, (long)s->output[axis] + greatest);
}

// The number of an entry, added if it is new; `limit` where there is no room.
static size_t view_number(struct plan *p, long row, long column) {
    size_t i = 0;
    while (i < p->views && (p->view[i].row != row || p->view[i].column != column)) i++;
    if (i == p->views && i < most_views) p->view[p->views++] = (struct view){row, column};
    return i;
}

static size_t packing_number(struct plan *p, size_t view, size_t is_odd) {
    size_t i = 0;
    while (i < p->packings && (p->packing[i].view != view || p->packing[i].is_odd != is_odd)) i++;
    if (i == p->packings) p->packing[p->packings++] = (struct packing){view, is_odd};
    return i;
}

static size_t product_number(struct plan *p, size_t packing, size_t pairs) {
    size_t i = 0;
    while (i < p->products && (p->product[i].packing != packing || p->product[i].pairs != pairs))
        i++;
    if (i == p->products) p->product[p->products++] = (struct product){packing, pairs};
    return i;
}

static int plan_products(struct plan *p) {
    const struct weight_gradient_shape *s = p->shape;
    long offset[most_taps], last = 0;
    size_t view[most_taps];
    for (size_t t = 0; t < p->taps; t++) {
        struct reading row = reading(s, 0, t / s->kernel[1]);
        struct reading column = reading(s, 1, t % s->kernel[1]);
        view[t] = view_number(p, row.view, column.view);
        if (view[t] == most_views) return 0;
        offset[t] = row.shift * p->pitch + column.shift;
        if (t == 0) p->first_offset = last = offset[t];
        if (offset[t] < p->first_offset) p->first_offset = offset[t];
        last = most(last, offset[t]);
    }
    p->reach = last - p->first_offset;
    p->is_narrow = s->channels % panel != 0;
    if (p->is_narrow && s->channels * p->views > panel) return 0;
    for (size_t t = 0; t < p->taps; t++) {
        size_t distance = (size_t)(offset[t] - p->first_offset);
        size_t packing = packing_number(p, p->is_narrow ? 0 : view[t], distance % 2);
        p->tap[t].product = product_number(p, packing, distance / 2);
        p->tap[t].column = p->is_narrow ? view[t] * s->channels : 0;
    }
    return 1;
}

static void divide(struct plan *p) {
    const struct weight_gradient_shape *s = p->shape;
    size_t threads = (size_t)s->threads;
    size_t columns = p->channel_panels * panel;
    p->filter_panels = s->filters / panel;
    p->steps = share((size_t)p->places, step);
    p->sums_bytes = p->filter_panels * p->channel_panels * p->products * block_bytes;
    // Parts by places each have sums of their own, which must be added; parts by filters each pack the
    // whole input.
    int by_filters = p->sums_bytes > (size_t)p->places * columns * 2;
    p->filter_parts = !by_filters ? 1 : threads < p->filter_panels ? threads : p->filter_panels;
    p->place_parts = threads / p->filter_parts;
    if (p->place_parts > p->steps) p->place_parts = p->steps;

    size_t panels = share(p->filter_panels, p->filter_parts);
    size_t step_bytes = step * 2 * (panels * panel + columns * p->packings);
    size_t fitting = 1400000 / step_bytes;
    // Longer blocks save reading and writing sums where those are more than a cache holds; where not,
    // a panel of the gradient should stay in the first-level cache, unless blocks would be short for
    // what they read beyond their ends.
    size_t enough = (size_t)p->reach * 8 > 16 * step ? (size_t)p->reach * 8 / step : 16;
    if (!by_filters && fitting > enough) fitting = enough;
    if (fitting < 4) fitting = 4;
    size_t part_steps = share(p->steps, p->place_parts);
    p->block_steps = share(part_steps, share(part_steps, fitting));

    size_t places = p->block_steps * step, read = places + (size_t)p->reach + 2;
    // An odd number of cache lines: halves at powers of two would meet in the same places of the cache.
    p->half_bytes = (read / 2 | 1) * 64;
    p->gradient_bytes = panels * 2 * p->block_steps * tile_bytes;
    p->input_bytes = p->packings * p->channel_panels * 2 * p->half_bytes;
    p->rows_bytes = round_up((places + read * p->views) * sizeof(void *), 64);
    p->narrow_bytes = p->is_narrow ? read * panel * 2 : 0;
    p->part_bytes = round_up(
        p->gradient_bytes + p->input_bytes + p->rows_bytes + p->narrow_bytes, 4096) + 64;
}

int make_plan(struct plan *p, const struct weight_gradient_shape *s) {
    memset(p, 0, sizeof *p);
    p->shape = s;
    p->taps = s->kernel[0] * s->kernel[1];
    if (s->filters % panel || p->taps > most_taps || s->images == 0) return 0;
    p->rows = gapped_length(s, 0);
    p->pitch = gapped_length(s, 1);
    p->places = (long)s->images * p->rows * p->pitch;
    p->channel_panels = share(s->channels, panel);
    if (!plan_products(p)) return 0;
    divide(p);
    return 1;
}
