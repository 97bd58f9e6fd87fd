#include "batch_norm_work.h"

size_t batch_norm_scratch(const struct batch_norm_shape *shape) {
    size_t channels = shape->blocks * lanes;
    return 2 * channels * (size_t)shape->threads + 5 * channels / 2 + lanes;
}

// Sums of deviations from a value of the channel, and of their squares: so close to the mean that
// nothing cancels.
SPECIALIZED void sum_deviations(
    const struct work *work, const struct part *part, int is_bfloat16) {
    const struct batch_norm_shape *shape = work->shape;
    const void *input = work->forward->input;
    size_t n = channels(work), step = shape->position_step;
    clear_sums(work, part);
    for (size_t index = part->first_strip; index < part->end_strip; index++) {
        struct place place = place_of(index, work);
        for (size_t block = part->first_block; block < part->end_block; block++) {
            size_t at = place.start + block * shape->block_step, i = 0;
            floats center;
            load(input, block * shape->block_step, is_bfloat16, &center);
            floats sum[4] = {}, square[4] = {};
            for (; i + 4 <= place.count; i += 4, at += 4 * step)
                for (int k = 0; k < 4; k++) {
                    floats x;
                    load(input, at + (size_t)k * step, is_bfloat16, &x);
                    x -= center;
                    sum[k] += x;
                    square[k] += x * x;
                }
            for (; i < place.count; i++, at += step) {
                floats x;
                load(input, at, is_bfloat16, &x);
                x -= center;
                sum[0] += x;
                square[0] += x * x;
            }
            sum[0] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
            square[0] = (square[0] + square[1]) + (square[2] + square[3]);
            add_sums(part->sums + block * lanes, &sum[0], &square[0], n);
        }
    }
}

// Mean and variance of some blocks from the sums.
SPECIALIZED void finish_statistics(const struct work *work, size_t first_block, size_t end_block) {
    const struct batch_norm_shape *shape = work->shape;
    size_t n = channels(work);
    for (size_t block = first_block; block < end_block; block++) {
        floats center;
        load(work->forward->input, block * shape->block_step, shape->is_bfloat16, &center);
        for (size_t lane = 0; lane < lanes; lane++) {
            size_t i = block * lanes + lane;
            double deviation = work->sums[i] / count(shape);
            double spread = work->sums[n + i] / count(shape) - deviation * deviation;
            work->forward->mean[i] = (float)((double)center[lane] + deviation);
            // Rounding may take the spread of a constant channel below 0; NaN stays NaN.
            work->forward->variance[i] = spread < 0 ? 0 : (float)spread;
        }
    }
}

SPECIALIZED void set_forward_factors(
    const struct work *work, size_t first_block, size_t end_block) {
    const struct batch_norm_forward *f = work->forward;
    set_factors(
        work, first_block, end_block, f->mean, f->variance, f->epsilon, f->scale, f->shift);
}

SPECIALIZED void rectify(floats *x) {
    // Keeps NaN, which is not less than 0.
    *x = (floats)((integers)*x & ~(integers)(*x < 0));
}

SPECIALIZED void normalize(
    const struct work *work, const struct part *part, int is_bfloat16, int has_residual,
    int rectifies) {
    const struct batch_norm_shape *shape = work->shape;
    const void *input = work->forward->input, *residual = work->forward->residual;
    void *result = work->result;
    size_t step = shape->position_step;
    for (size_t index = part->first_strip; index < part->end_strip; index++) {
        struct place place = place_of(index, work);
        for (size_t block = part->first_block; block < part->end_block; block++) {
            size_t at = place.start + block * shape->block_step;
            floats center = *(const floats *)(work->center + block * lanes);
            floats factor = *(const floats *)(work->factor + block * lanes);
            floats offset = *(const floats *)(work->offset + block * lanes);
            for (size_t i = 0; i < place.count; i++, at += step) {
                floats x, other;
                load(input, at, is_bfloat16, &x);
                x = (x - center) * factor + offset;
                if (has_residual) {
                    load(residual, at, is_bfloat16, &other);
                    x += other;
                }
                if (rectifies) rectify(&x);
                store(result, at, is_bfloat16, &x);
            }
        }
    }
}

// The choices become constants here, so that the loops inside have no branches.
SPECIALIZED void sum_deviations_of(const struct work *work, const struct part *part) {
    work->shape->is_bfloat16 ? sum_deviations(work, part, 1) : sum_deviations(work, part, 0);
}

SPECIALIZED void normalize_part(const struct work *work, const struct part *part) {
    int half = work->shape->is_bfloat16;
    if (work->forward->residual)
        half ? normalize(work, part, 1, 1, 1) : normalize(work, part, 0, 1, 1);
    else if (work->forward->rectifies)
        half ? normalize(work, part, 1, 0, 1) : normalize(work, part, 0, 0, 1);
    else
        half ? normalize(work, part, 1, 0, 0) : normalize(work, part, 0, 0, 0);
}

FOR_WIDEST_VECTORS static void sum_own_deviations(void *data) {
    const struct work *work = data;
    FOR_OWN_PARTS(thread, work) {
        struct part part = strips_of(work, thread);
        sum_deviations_of(work, &part);
    }
}

FOR_WIDEST_VECTORS static void normalize_own_strips(void *data) {
    const struct work *work = data;
    FOR_OWN_PARTS(thread, work) {
        struct part part = strips_of(work, thread);
        normalize_part(work, &part);
    }
}

FOR_WIDEST_VECTORS static void normalize_own_channels(void *data) {
    const struct work *work = data;
    size_t blocks = work->shape->blocks, threads = (size_t)work->shape->threads;
    FOR_OWN_PARTS(thread, work) {
        size_t end = part_of(blocks, thread + 1, threads);
        for (size_t b = part_of(blocks, thread, threads); b < end; b++) {
            struct part part = whole_block(work, b);
            if (work->forward->has_batch_statistics) {
                sum_deviations_of(work, &part);
                finish_statistics(work, b, b + 1);
            }
            set_forward_factors(work, b, b + 1);
            normalize_part(work, &part);
        }
    }
}

void batch_norm_run(
    const struct batch_norm_shape *shape, const struct batch_norm_forward *forward, void *output,
    double *scratch) {
    struct work work = {.shape = shape, .forward = forward, .result = output};
    lay_out(&work, scratch);
    if (splits_channels(shape)) {
        GOMP_parallel(normalize_own_channels, &work, (unsigned)shape->threads, 0);
        return;
    }
    if (forward->has_batch_statistics) {
        GOMP_parallel(sum_own_deviations, &work, (unsigned)shape->threads, 0);
        gather_sums(&work);
        finish_statistics(&work, 0, shape->blocks);
    }
    set_forward_factors(&work, 0, shape->blocks);
    GOMP_parallel(normalize_own_strips, &work, (unsigned)shape->threads, 0);
}
