#include "weight_gradient_plan.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

// Of the GNU OpenMP runtime; the compiler's own pragma would bring in another.
void GOMP_parallel(void (*work)(void *), void *data, unsigned threads, unsigned flags);
int omp_get_thread_num(void);
int omp_get_num_threads(void);

#define WITH_TILES __attribute__((target("amx-tile,amx-bf16,avx512f,avx512bw")))
#define INLINE static inline __attribute__((always_inline))

// What the threads of one call share.
struct job {
    const struct plan *plan;
    const uint16_t *input, *gradient;
    float *result;
    // What lies in the gaps between rows and images.
    const uint16_t *zeros;
    char *sums, *parts;
};

// What a part of the work has for itself: the block's gradient and input as tiles, and where the rows
// of channels lie that they are made of.
struct part {
    char *gradient, *input, *sums;
    const uint16_t **gradient_rows, **input_rows;
    uint16_t *narrow;
    size_t first_panel, end_panel;
};

// An activation, seen from a row and column on in steps.
struct activation {
    const uint16_t *values;
    long size[2], channels, first[2], stride[2];
};

// Lists where the channels of `count` places from `place` on lie: among zeros in the gaps.
static void list_rows(
    const struct job *job, const struct activation *from, long place, size_t count,
    const uint16_t **rows) {
    const struct plan *p = job->plan;
    // Before the first image as well as behind the last there are zeros.
    long area = p->rows * p->pitch, image = (place + area) / area - 1;
    long y = (place - image * area) / p->pitch, x = (place - image * area) % p->pitch;
    for (size_t i = 0; i < count; i++) {
        long row = from->first[0] + y * from->stride[0];
        long column = from->first[1] + x * from->stride[1];
        int is_inside = image >= 0 && image < (long)p->shape->images && row < from->size[0]
            && column < from->size[1];
        long index = (image * from->size[0] + row) * from->size[1] + column;
        rows[i] = is_inside ? from->values + index * from->channels : job->zeros;
        if (++x < p->pitch) continue;
        x = 0;
        if (++y < p->rows) continue;
        y = 0;
        image++;
    }
}

static void list_gradient_rows(const struct job *job, long place, size_t count, struct part *part) {
    const struct weight_gradient_shape *s = job->plan->shape;
    struct activation gradient = {
        job->gradient, {(long)s->output[0], (long)s->output[1]}, (long)s->filters, {0, 0}, {1, 1}};
    list_rows(job, &gradient, place, count, part->gradient_rows);
}

static void list_input_rows(const struct job *job, long place, size_t count, struct part *part) {
    const struct plan *p = job->plan;
    const struct weight_gradient_shape *s = p->shape;
    for (size_t v = 0; v < p->views; v++) {
        struct activation input = {
            job->input, {(long)s->input[0], (long)s->input[1]}, (long)s->channels,
            {p->view[v].row, p->view[v].column}, {(long)s->stride[0], (long)s->stride[1]}};
        list_rows(job, &input, place, count, part->input_rows + v * count);
    }
}

// Puts the channels of all views side by side.
INLINE void join_channels(const struct plan *p, size_t count, struct part *part, size_t channels) {
    for (size_t i = 0; i < count; i++) {
        uint16_t *to = part->narrow + i * panel;
        memset(to, 0, panel * 2);
        for (size_t v = 0; v < p->views; v++)
            for (size_t c = 0; c < channels; c++)
                to[v * channels + c] = part->input_rows[v * count + i][c];
    }
}

// Makes the views one, and lists its rows.
static void join_views(const struct plan *p, size_t count, struct part *part) {
    // Images mostly have three channels: a constant unrolls the loop.
    if (p->shape->channels == 3)
        join_channels(p, count, part, 3);
    else
        join_channels(p, count, part, p->shape->channels);
    for (size_t i = 0; i < count; i++) part->input_rows[i] = part->narrow + i * panel;
}

// Interleaving two rows leaves four channels of each eight in one tile and four in the other.
static size_t channel_of(size_t half, size_t column) {
    return column / 4 * 8 + half * 4 + column % 4;
}

// Packs pairs of places as the right factor wants them: channel by channel, one value after the other.
WITH_TILES static void pack_pairs(
    const uint16_t **rows, size_t pairs, size_t panels, size_t half, char *to) {
    for (size_t i = 0; i < pairs; i++, rows += 2, to += 64) {
        const uint16_t *first = rows[0], *second = rows[1];
        char *at = to;
        for (size_t j = 0; j < panels; j++, first += panel, second += panel, at += 2 * half) {
            __m512i a = _mm512_loadu_si512(first), b = _mm512_loadu_si512(second);
            _mm512_store_si512(at, _mm512_unpacklo_epi16(a, b));
            _mm512_store_si512(at + half, _mm512_unpackhi_epi16(a, b));
        }
    }
}

// Writes a matrix of 16×16 pairs transposed.
WITH_TILES INLINE void store_transposed(__m512i r[16], char *to) {
    __m512i t[16];
    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
    for (int i = 0; i < 16; i += 4) {
        r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    for (int i = 0; i < 16; i += 8)
        for (int k = 0; k < 4; k++) {
            t[i + k] = _mm512_shuffle_i32x4(r[i + k], r[i + k + 4], 0x88);
            t[i + k + 4] = _mm512_shuffle_i32x4(r[i + k], r[i + k + 4], 0xdd);
        }
    for (int k = 0; k < 8; k++) {
        _mm512_store_si512(to + 64 * k, _mm512_shuffle_i32x4(t[k], t[k + 8], 0x88));
        _mm512_store_si512(to + 64 * k + 512, _mm512_shuffle_i32x4(t[k], t[k + 8], 0xdd));
    }
}

// Packs places as the left factor wants them: filter by filter, place after place.
WITH_TILES static void pack_transposed(
    const uint16_t **rows, size_t steps, size_t first_panel, size_t panels, char *to) {
    for (size_t i = 0; i < steps; i++, rows += step)
        for (size_t j = 0; j < panels; j++) {
            char *at = to + (2 * j * steps + i) * tile_bytes;
            size_t first = (first_panel + j) * panel;
            __m512i pairs[16];
            for (int m = 0; m < 16; m++)
                pairs[m] = _mm512_unpacklo_epi16(
                    _mm512_loadu_si512(rows[2 * m] + first),
                    _mm512_loadu_si512(rows[2 * m + 1] + first));
            store_transposed(pairs, at);
            for (int m = 0; m < 16; m++)
                pairs[m] = _mm512_unpackhi_epi16(
                    _mm512_loadu_si512(rows[2 * m] + first),
                    _mm512_loadu_si512(rows[2 * m + 1] + first));
            store_transposed(pairs, at + steps * tile_bytes);
        }
}

struct tile_shapes {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
};

WITH_TILES static void configure_tiles(void) {
    struct tile_shapes shapes = {.palette = 1};
    for (int i = 0; i < 8; i++) {
        shapes.row_bytes[i] = 64;
        shapes.rows[i] = 16;
    }
    _tile_loadconfig(&shapes);
}

// Multiplies a panel of filters with a panel of channels; `adds` continues the sums of an earlier block.
WITH_TILES INLINE void multiply_panels(
    const char *left, size_t left_half, const char *right, size_t right_half, size_t steps,
    char *sums, int adds) {
    if (adds) {
        _tile_loadd(0, sums, 64);
        _tile_loadd(1, sums + tile_bytes, 64);
        _tile_loadd(2, sums + 2 * tile_bytes, 64);
        _tile_loadd(3, sums + 3 * tile_bytes, 64);
    } else {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
    }
    for (size_t i = 0; i < steps; i++, left += tile_bytes, right += tile_bytes) {
        _tile_loadd(4, left, 64);
        _tile_loadd(6, right, 64);
        _tile_loadd(7, right + right_half, 64);
        _tile_dpbf16ps(0, 4, 6);
        _tile_loadd(5, left + left_half, 64);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    _tile_stored(0, sums, 64);
    _tile_stored(1, sums + tile_bytes, 64);
    _tile_stored(2, sums + 2 * tile_bytes, 64);
    _tile_stored(3, sums + 3 * tile_bytes, 64);
}

WITH_TILES static void multiply_block(
    const struct plan *p, const struct part *part, size_t steps, int adds) {
    size_t left_half = steps * tile_bytes;
    configure_tiles();
    for (size_t k = part->first_panel; k < part->end_panel; k++)
        for (size_t c = 0; c < p->channel_panels; c++)
            for (size_t i = 0; i < p->products; i++) {
                const struct product *product = &p->product[i];
                size_t right_panel = product->packing * p->channel_panels + c;
                multiply_panels(
                    part->gradient + (k - part->first_panel) * 2 * left_half, left_half,
                    part->input + right_panel * 2 * p->half_bytes + product->pairs * 64,
                    p->half_bytes, steps,
                    part->sums + ((k * p->channel_panels + c) * p->products + i) * block_bytes, adds);
            }
    _tile_release();
}

static void run_block(
    const struct job *job, struct part *part, size_t first_step, size_t steps, int adds) {
    const struct plan *p = job->plan;
    long place = (long)(first_step * step);
    size_t read = steps * step + (size_t)p->reach + 2;
    list_gradient_rows(job, place, steps * step, part);
    list_input_rows(job, place + p->first_offset, read, part);
    if (p->is_narrow) join_views(p, read, part);
    pack_transposed(
        part->gradient_rows, steps, part->first_panel, part->end_panel - part->first_panel,
        part->gradient);
    for (size_t i = 0; i < p->packings; i++) {
        const struct packing *packing = &p->packing[i];
        const uint16_t **rows = part->input_rows + packing->view * read + packing->is_odd;
        pack_pairs(
            rows, (read - packing->is_odd) / 2, p->channel_panels, p->half_bytes,
            part->input + i * p->channel_panels * 2 * p->half_bytes);
    }
    multiply_block(p, part, steps, adds);
}

static void run_part(const struct job *job, size_t index) {
    const struct plan *p = job->plan;
    size_t m = index / p->filter_parts, k = index % p->filter_parts;
    struct part part;
    part.gradient = job->parts + index * p->part_bytes;
    part.input = part.gradient + p->gradient_bytes;
    part.gradient_rows = (const uint16_t **)(part.input + p->input_bytes);
    part.input_rows = part.gradient_rows + p->block_steps * step;
    part.narrow = (uint16_t *)((char *)part.gradient_rows + p->rows_bytes);
    part.sums = job->sums + m * p->sums_bytes;
    part.first_panel = p->filter_panels * k / p->filter_parts;
    part.end_panel = p->filter_panels * (k + 1) / p->filter_parts;
    size_t first = p->steps * m / p->place_parts, end = p->steps * (m + 1) / p->place_parts;
    for (size_t at = first; at < end; at += p->block_steps) {
        size_t steps = end - at < p->block_steps ? end - at : p->block_steps;
        run_block(job, &part, at, steps, at > first);
    }
}

// The runtime may give fewer threads than asked for, which must not change how the work is split.
static void run_own_parts(void *data) {
    const struct job *job = data;
    size_t parts = job->plan->place_parts * job->plan->filter_parts;
    size_t threads = (size_t)omp_get_num_threads();
    for (size_t i = (size_t)omp_get_thread_num(); i < parts; i += threads) run_part(job, i);
}

// Reads a filter's sums of a panel of channels, in the channels' order.
WITH_TILES INLINE void read_sums(const struct plan *p, const char *from, float *line) {
    __m512 low = _mm512_load_ps(from), high = _mm512_load_ps(from + tile_bytes);
    for (size_t m = 1; m < p->place_parts; m++) {
        low = _mm512_add_ps(low, _mm512_load_ps(from + m * p->sums_bytes));
        high = _mm512_add_ps(high, _mm512_load_ps(from + m * p->sums_bytes + tile_bytes));
    }
    const __m512i first =
        _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
    const __m512i second =
        _mm512_setr_epi32(8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
    _mm512_storeu_ps(line, _mm512_permutex2var_ps(low, first, high));
    _mm512_storeu_ps(line + 16, _mm512_permutex2var_ps(low, second, high));
}

// Writes the gradient of one filter, which is a row of tiles.
WITH_TILES static void write_filter(const struct job *job, size_t k, size_t half, size_t row) {
    const struct plan *p = job->plan;
    size_t channels = p->shape->channels;
    size_t count = p->is_narrow ? channels : panel;
    float *to = job->result + (k * panel + channel_of(half, row)) * channels * p->taps;
    for (size_t c = 0; c < p->channel_panels; c++, to += panel * p->taps)
        for (size_t t = 0; t < p->taps; t++) {
            size_t sums = (k * p->channel_panels + c) * p->products + p->tap[t].product;
            const char *from = job->sums + sums * block_bytes + half * 2 * tile_bytes + row * 64;
            if (p->taps == 1 && !p->is_narrow) {
                read_sums(p, from, to);
                continue;
            }
            float line[panel];
            read_sums(p, from, line);
            for (size_t i = 0; i < count; i++) to[i * p->taps + t] = line[p->tap[t].column + i];
        }
}

static void write_own_filters(void *data) {
    const struct job *job = data;
    size_t threads = (size_t)omp_get_num_threads(), thread = (size_t)omp_get_thread_num();
    size_t filters = job->plan->filter_panels * panel;
    for (size_t i = filters * thread / threads; i < filters * (thread + 1) / threads; i++)
        write_filter(job, i / panel, i / 16 % 2, i % 16);
}

static size_t zeros_bytes(const struct weight_gradient_shape *shape) {
    size_t channels = shape->channels > shape->filters ? shape->channels : shape->filters;
    return (channels * 2 + 63) / 64 * 64;
}

size_t weight_gradient_scratch(const struct weight_gradient_shape *shape) {
    struct plan p;
    if (!make_plan(&p, shape)) return 0;
    return p.place_parts * p.sums_bytes + zeros_bytes(shape)
        + p.place_parts * p.filter_parts * p.part_bytes;
}

void weight_gradient_run(
    const struct weight_gradient_shape *shape, const uint16_t *input, const uint16_t *gradient,
    float *result, void *scratch) {
    struct plan plan;
    if (!make_plan(&plan, shape)) return;
    char *zeros = (char *)scratch + plan.place_parts * plan.sums_bytes;
    memset(zeros, 0, zeros_bytes(shape));
    struct job job = {
        &plan, input, gradient, result, (const uint16_t *)zeros, scratch,
        zeros + zeros_bytes(shape)};
    GOMP_parallel(
        run_own_parts, &job, (unsigned)(plan.place_parts * plan.filter_parts), 0);
    GOMP_parallel(write_own_filters, &job, (unsigned)shape->threads, 0);
}

#else

size_t weight_gradient_scratch(const struct weight_gradient_shape *shape) {
    (void)shape;
    return 0;
}

void weight_gradient_run(
    const struct weight_gradient_shape *shape, const uint16_t *input, const uint16_t *gradient,
    float *result, void *scratch) {
    (void)shape, (void)input, (void)gradient, (void)result, (void)scratch;
}

#endif
